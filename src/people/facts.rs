//! An account in words, as the pages of people show it.

use serde_json::{Value, json};

use super::question;
use crate::accounts::Account;
use crate::clock::Timestamp;

/// First and last name.
pub(super) fn full_name(account: &Account) -> String {
    let names = [&account.first_name, &account.last_name].into_iter();
    let names: Vec<&str> = names.filter_map(Option::as_deref).collect();
    names.join(" ")
}

/// The role, and the one that waits for the address to be verified.
pub(super) fn role(account: &Account) -> String {
    match account.pending_role {
        Some(pending) => format!(
            "{}, to be {}",
            question::words(account.role),
            question::words(pending)
        ),
        None => question::words(account.role).to_owned(),
    }
}

/// What is remarkable about the account, each with whether it is bad.
pub(super) fn state(account: &Account, now: Timestamp) -> Vec<Value> {
    let mut tags = Vec::new();
    let mut tag = |text: &str, is_bad: bool| tags.push(json!({"text": text, "is_bad": is_bad}));
    if account.locked_at.is_some() {
        tag("locked", true);
    } else if account.is_locked(now) {
        tag("locked by wrong passwords", true);
    }
    if account.email_verified_at.is_none() {
        tag("unverified", false);
    }
    tags
}
