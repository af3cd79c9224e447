//! `bcrypt`, bare and as Django writes it: `bcrypt$…`, and `bcrypt_sha256$…` over the SHA-256 of the password.

use super::adopt::{Adopted, Refusal};
use crate::crypto;
use crate::passwords::hash::MOST_BCRYPT_COST;

const PREFIXES: [&str; 3] = ["$2a$", "$2b$", "$2y$"];
const PREHASHED: &str = "$django-bcrypt-sha256";

/// Whether it begins as a bcrypt hash does.
pub(super) fn is_bcrypt(stored: &str) -> bool {
    PREFIXES.iter().any(|prefix| stored.starts_with(prefix))
}

/// The bcrypt hash inside, when it is one over a SHA-256 and within the bound.
pub(super) fn parse_prehashed(stored: &str) -> Option<String> {
    let inner = stored.strip_prefix(PREHASHED)?;
    is_good(inner).then(|| inner.to_owned())
}

/// Compares as Django does: bcrypt gets the hexadecimal digits.
pub(super) fn verify(inner: &str, password: &str) -> bool {
    let digits = crypto::hex(&crypto::digest(password.as_bytes()));
    ::bcrypt::verify(digits, inner).unwrap_or(false)
}

/// A bcrypt hash, bare or behind Django's `bcrypt$`.
pub(super) fn adopt(text: &str) -> Result<Adopted, Refusal> {
    check(text).map(|()| Adopted::Kept(text.to_owned()))
}

/// What stands behind Django's `bcrypt_sha256$`.
pub(super) fn adopt_prehashed(inner: &str) -> Result<Adopted, Refusal> {
    check(inner).map(|()| Adopted::Kept(format!("{PREHASHED}{inner}")))
}

fn check(text: &str) -> Result<(), Refusal> {
    match cost(text) {
        Some(cost) if cost > MOST_BCRYPT_COST => {
            let bound =
                format!("bcrypt with a cost of {cost}; at most {MOST_BCRYPT_COST} is taken");
            Err(Refusal(bound))
        }
        Some(_) if is_good(text) => Ok(()),
        _ => Err(Refusal::broken("bcrypt")),
    }
}

fn cost(text: &str) -> Option<u32> {
    let rest = PREFIXES
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))?;
    rest.split('$').next()?.parse().ok()
}

/// 22 characters of salt and 31 of hash.
fn is_good(text: &str) -> bool {
    let tail = text.rsplit('$').next().unwrap_or_default();
    let is_digit = |c: u8| c.is_ascii_alphanumeric() || c == b'.' || c == b'/';
    let cost = cost(text).filter(|cost| (4..=MOST_BCRYPT_COST).contains(cost));
    cost.is_some() && text.len() == 60 && tail.len() == 53 && tail.bytes().all(is_digit)
}
