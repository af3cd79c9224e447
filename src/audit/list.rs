//! List entries, newest first: those that fit a filter, or those of one account.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Entry, list_store};
use crate::clock::Timestamp;
use crate::db::Run;
use crate::error::Result;
use crate::ids::{AccountId, EntryId};

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this kind: a code of [`super::Event`].
    pub event: Option<String>,
    /// `done` or `refused`.
    pub outcome: Option<String>,
    /// That happened to this account.
    pub account: Option<AccountId>,
    /// That this account did.
    pub actor: Option<AccountId>,
    /// That this request caused.
    pub request: Option<String>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

/// A place in a list: the last entry that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub(super) at: Timestamp,
    pub(super) id: EntryId,
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Part {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the list goes on, if it does.
    pub next: Option<Place>,
}

/// The newest entries that fit, behind `after` if it is given.
pub async fn list(
    run: &impl Run,
    filter: &Filter,
    (after, limit): (Option<Place>, u32),
) -> Result<Part> {
    // One more than asked for tells whether there are others.
    let entries = list_store::list(run, filter, after, limit.saturating_add(1)).await?;
    Ok(Part::of(entries, limit))
}

/// The newest entries about an account or by it.
pub async fn list_of(
    run: &impl Run,
    account: AccountId,
    (after, limit): (Option<Place>, u32),
) -> Result<Part> {
    let entries = list_store::list_of(run, account, after, limit.saturating_add(1)).await?;
    Ok(Part::of(entries, limit))
}

impl Part {
    fn of(mut entries: Vec<Entry>, limit: u32) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| has_more).map(|last| Place {
            at: last.at,
            id: last.id,
        });
        Self { entries, next }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{} {}", self.at.0, self.id)))
    }
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let (at, id) = text.split_once(' ')?;
            Some(Self {
                at: Timestamp(at.parse().ok()?),
                id: id.parse().ok()?,
            })
        };
        read().ok_or("this is no place in a list")
    }
}
