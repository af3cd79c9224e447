//! Whom the list of people looks for: what the address says, as far as it can be understood.

use std::time::Duration;

use crate::accounts::Find;
use crate::clock::Timestamp;
use crate::console::Address;

const DAY: Duration = Duration::from_hours(24);

/// Letters of a search that are looked at.
const LONGEST: usize = 254;

/// Reads the address. What is no filter or no value of one is left out: the page shows what holds.
pub(super) fn read(address: &Address) -> Find {
    let flag = |name| match address.get(name) {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    };
    let date = |name| address.get(name).and_then(Timestamp::parse);
    // The last day is one of those that are meant.
    let end = |name| date(name).map(|moment| moment.plus(DAY));
    let q = address.get("q").map(str::trim);
    Find {
        q: q.filter(|q| !q.is_empty() && !q.contains('\0'))
            .map(|q| q.chars().take(LONGEST).collect()),
        role: address.get("role").and_then(|role| role.parse().ok()),
        is_locked: flag("locked"),
        email_verified: flag("verified"),
        created_from: date("created_from"),
        created_to: end("created_to"),
        login_from: date("seen_from"),
        login_to: end("seen_to"),
        sort: address.get("sort").unwrap_or_default().to_owned(),
        cursor: address.get("cursor").map(str::to_owned),
    }
}
