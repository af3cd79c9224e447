//! An entry, and the digest that ties it to those before it.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::crypto;
use crate::db::{Result, Row};
use crate::ids::{AccountId, EntryId, SessionId};

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its identifier.
    pub id: EntryId,
    /// Its place in the chain, counted from 1; `None` until it has one.
    pub seq: Option<i64>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened: a code of [`super::Event`].
    pub event: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why: a stable code.
    pub reason: Option<String>,
    /// `account`, `anonymous`, `operator` or `system`.
    pub actor_kind: String,
    /// The account of who did it.
    pub actor_id: Option<AccountId>,
    /// The account that it happened to.
    pub account_id: Option<AccountId>,
    /// The session of who did it.
    pub session_id: Option<SessionId>,
    /// The request, as the log names it.
    pub request_id: String,
    /// A JSON object of facts that tell nothing of a person.
    pub details: String,
    /// A JSON object of facts about a person; `None` once they are erased.
    pub personal: Option<String>,
    /// What the digest of the personal facts was salted with; erased together with them.
    pub personal_salt: Option<Vec<u8>>,
    /// Digest of the personal facts: what the chain holds of them.
    pub personal_digest: Vec<u8>,
    /// The entry's link of the chain; `None` until it has a place.
    pub digest: Option<Vec<u8>>,
}

/// The digest of personal facts. Salted, so that erased ones cannot be guessed from it.
pub(super) fn personal_digest(salt: &[u8], personal: &str) -> Vec<u8> {
    crypto::digest(&[salt, personal.as_bytes()].concat()).to_vec()
}

impl Entry {
    /// The columns that [`Entry::read`] wants.
    pub(super) const COLUMNS: &str = "id, seq, at, event, outcome, reason, actor_kind, actor_id, account_id, session_id, \
        request_id, details, personal, personal_salt, personal_digest, digest";

    pub(super) fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            seq: row.get("seq")?,
            at: row.get("at")?,
            event: row.get("event")?,
            outcome: row.get("outcome")?,
            reason: row.get("reason")?,
            actor_kind: row.get("actor_kind")?,
            actor_id: row.get("actor_id")?,
            account_id: row.get("account_id")?,
            session_id: row.get("session_id")?,
            request_id: row.get("request_id")?,
            details: row.get("details")?,
            personal: row.get("personal")?,
            personal_salt: row.get("personal_salt")?,
            personal_digest: row.get("personal_digest")?,
            digest: row.get("digest")?,
        })
    }

    /// The link at place `seq` behind the link `previous`: SHA-256 over both.
    pub fn link(&self, previous: &[u8], seq: i64) -> [u8; 32] {
        // A JSON array: where one value ends and the next begins cannot be moved.
        let canonical = json!([
            seq,
            self.id,
            self.at.0,
            self.event,
            self.outcome,
            self.reason,
            self.actor_kind,
            self.actor_id,
            self.account_id,
            self.session_id,
            self.request_id,
            self.details,
            crypto::hex(&self.personal_digest)
        ]);
        crypto::digest(&[previous, canonical.to_string().as_bytes()].concat())
    }

    /// The personal facts that are not erased.
    pub fn personal_facts(&self) -> Map<String, Value> {
        let personal = self.personal.as_deref();
        personal
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// From where it was done, if that is kept still.
    pub fn address(&self) -> Option<IpAddr> {
        let facts = self.personal_facts();
        facts.get("address")?.as_str()?.parse().ok()
    }

    /// The administrator who was signed in as somebody else, where the server tells the end of it.
    pub fn administrator(&self) -> Option<AccountId> {
        let details: Map<String, Value> = serde_json::from_str(&self.details).ok()?;
        details.get("administrator")?.as_str()?.parse().ok()
    }

    /// Whether the personal facts, unless they are erased, are those that the chain holds the digest of.
    pub fn personal_holds(&self) -> bool {
        match (&self.personal, &self.personal_salt) {
            (Some(personal), Some(salt)) => personal_digest(salt, personal) == self.personal_digest,
            (None, None) => true,
            _ => false,
        }
    }
}
