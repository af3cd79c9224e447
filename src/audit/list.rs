//! List entries, newest first: those that fit a filter, or those of one account.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Entry, list_store};
use crate::clock::Timestamp;
use crate::config::Network;
use crate::db::{Run, limit_in_steps};
use crate::error::Result;
use crate::ids::{AccountId, EntryId};

/// Entries that are looked at for one part of a list, where no index knows which ones fit.
const LOOKED_AT: usize = 3000;

/// Entries that are read together while looking.
const AT_ONCE: u32 = 500;

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
    /// That happened to this account, or that it did.
    pub person: Option<AccountId>,
    /// That this request caused.
    pub request: Option<String>,
    /// That somebody at this address or in this network did.
    pub network: Option<Network>,
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
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the list goes on, if it does.
    pub next: Option<Place>,
    /// Whether it ends early, because few of those that were looked at fit.
    pub is_early: bool,
}

/// The newest entries that fit, behind `after` if it is given.
///
/// An index answers one condition and the time; the others are asked of each entry, and of so many entries only. A part can so be
/// shorter than `limit`, even empty, and yet go on.
pub async fn list(
    run: &impl Run,
    filter: &Filter,
    (after, limit): (Option<Place>, u32),
) -> Result<Part> {
    // One more than asked for tells whether there are others.
    let wanted = limit.saturating_add(1);
    let at_once = limit_in_steps(if filter.is_known_by_index() {
        wanted
    } else {
        AT_ONCE.max(wanted)
    });
    let led = lead(run, filter, after).await?;
    let (mut found, mut looked, mut place) = (Vec::new(), 0, after);
    loop {
        let entries = list_store::list(run, &led, place, at_once).await?;
        let is_end = entries.len() < count(at_once);
        looked += entries.len();
        place = entries.last().map(Place::of).or(place);
        found.extend(entries.into_iter().filter(|entry| filter.fits(entry)));
        if is_end || found.len() >= count(wanted) {
            return Ok(Part::of(found, limit));
        }
        if looked >= LOOKED_AT {
            return Ok(Part {
                entries: found,
                next: place,
                is_early: true,
            });
        }
    }
}

/// What the database is asked for: of somebody who has done a hundred thousand things, the few of a rare kind are found by the kind.
async fn lead(run: &impl Run, filter: &Filter, after: Option<Place>) -> Result<Filter> {
    let led = filter.clone();
    let of_somebody = [filter.person, filter.account, filter.actor];
    let is_choice = filter.event.is_some()
        && filter.request.is_none()
        && of_somebody.iter().any(Option::is_some);
    if !is_choice || list_store::are_more(run, filter, after, AT_ONCE).await? {
        return Ok(led);
    }
    Ok(Filter {
        person: None,
        account: None,
        actor: None,
        ..led
    })
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Filter {
    /// Whether one index finds exactly what fits.
    fn is_known_by_index(&self) -> bool {
        let needs_a_look = [self.outcome.is_some(), self.network.is_some()];
        let led_by_index = [
            self.event.is_some(),
            self.account.is_some(),
            self.actor.is_some(),
            self.person.is_some(),
            self.request.is_some(),
        ];
        !needs_a_look.contains(&true) && led_by_index.into_iter().filter(|given| *given).count() < 2
    }

    fn fits(&self, entry: &Entry) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        let is_account = |wanted: Option<AccountId>, found: Option<AccountId>| {
            wanted.is_none() || wanted == found
        };
        is(&self.event, &entry.event)
            && is(&self.outcome, &entry.outcome)
            && is(&self.request, &entry.request_id)
            && is_account(self.account, entry.account_id)
            && is_account(self.actor, entry.actor_id)
            && (is_account(self.person, entry.account_id)
                || is_account(self.person, entry.actor_id))
            && self.network.is_none_or(|network| {
                entry
                    .address()
                    .is_some_and(|address| network.contains(address))
            })
    }
}

/// The newest entries about an account or by it.
pub async fn list_of(
    run: &impl Run,
    account: AccountId,
    (after, limit): (Option<Place>, u32),
) -> Result<Part> {
    let filter = Filter {
        person: Some(account),
        ..Filter::default()
    };
    list(run, &filter, (after, limit)).await
}

impl Part {
    fn of(mut entries: Vec<Entry>, limit: u32) -> Self {
        let limit = count(limit);
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| has_more).map(Place::of);
        Self {
            entries,
            next,
            is_early: false,
        }
    }
}

impl Place {
    fn of(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            id: entry.id,
        }
    }

    /// When what stands there has happened.
    pub fn at(&self) -> Timestamp {
        self.at
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
