//! Tokens whose signature has been checked: the second time it is not checked again.
//!
//! A signature proves who made a token, which never changes; what the token is worth is read from the database at every
//! request. Checking one costs several times as much as that read.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::token::Claimed;
use crate::clock::Timestamp;
use crate::crypto;

/// Parts with a lock of their own, so that requests do not wait for each other.
const PARTS: usize = 16;

/// Tokens that one part holds: all together about five megabytes.
const TOKENS: usize = 4096;

type Part = HashMap<[u8; 32], Claimed>;

/// What is known of tokens, by their digest: the cache itself holds none that could be used.
#[derive(Default)]
pub struct SignatureCache([Mutex<Part>; PARTS]);

impl SignatureCache {
    /// What the token claims, if its signature was checked before.
    pub(super) fn find(&self, token: &str) -> Option<Claimed> {
        let digest = crypto::digest(token.as_bytes());
        self.part(digest)?.get(&digest).copied()
    }

    /// Remembers a token whose signature is right.
    pub(super) fn insert(&self, token: &str, claimed: Claimed, now: Timestamp) {
        let digest = crypto::digest(token.as_bytes());
        let Some(mut part) = self.part(digest) else {
            return;
        };
        if part.len() >= TOKENS {
            part.retain(|_, claimed| claimed.expires_at > now.seconds());
        }
        if part.len() >= TOKENS {
            // All of them are good: beginning anew costs one check each.
            part.clear();
        }
        part.insert(digest, claimed);
    }

    fn part(&self, digest: [u8; 32]) -> Option<MutexGuard<'_, Part>> {
        let [first, ..] = digest;
        let part = self.0.get(usize::from(first) % PARTS)?;
        Some(part.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
