//! Count who was there: everybody once a day, by the use of sessions.
//!
//! Somebody who comes on a day, and was last there long before, adds one to that day, and to the week and the month of every day
//! from then on for which he was not counted yet. So the people of a week are different people, and no set of them is kept.

use std::time::Duration;

use super::day::Day;
use super::figure::Figure;
use super::store::{self, Counts, Seen};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::SessionId;

/// How far it has come: the moment of the last use that was counted.
const MARK: &str = "seen";

/// A use that is committed late, or noted by a clock that is behind, is still found.
const OVERLAP: Duration = Duration::from_mins(1);

/// Uses that are looked at in one transaction.
const AT_ONCE: u32 = 500;

/// Rounds of the worker of which one looks at the overlap again. The others go on where the last one ended: on a busy day many
/// thousands are there within a minute.
const OVERLAPPING: u32 = 12;

/// A use of a session, behind which others are to be counted.
type Place = (Timestamp, SessionId);

/// How far this process has come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    place: Option<Place>,
    rounds: u32,
}

impl Progress {
    /// Counts everybody who was there since the last round.
    pub(super) async fn count(&mut self, app: &App) -> Result<()> {
        let behind = self.place.take();
        let behind = behind.filter(|_| !self.rounds.is_multiple_of(OVERLAPPING));
        self.rounds = self.rounds.wrapping_add(1);
        self.place = Some(count_behind(app, behind).await?);
        Ok(())
    }
}

/// Counts everybody who was there since the last time that is written down, with the overlap.
pub(super) async fn count(app: &App) -> Result<()> {
    count_behind(app, None).await.map(drop)
}

async fn count_behind(app: &App, behind: Option<Place>) -> Result<Place> {
    let mark = store::find_mark(&app.db, MARK).await?;
    let nobody = SessionId(uuid::Uuid::nil());
    let mut place = behind.unwrap_or((Timestamp(mark).minus(OVERLAP), nobody));
    loop {
        let seen = store::list_seen(&app.db, place, AT_ONCE).await?;
        let Some(last) = seen.last() else {
            return Ok(place);
        };
        place = (last.at, last.session);
        let is_last = seen.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        if seen.iter().any(is_new) {
            count_some(app, &seen, last.at).await?;
        }
        if is_last {
            keep_place(app, mark, last.at).await?;
            return Ok(place);
        }
    }
}

/// Also when nobody was new: what was looked at need not be looked at again.
async fn keep_place(app: &App, mark: i64, seen: Timestamp) -> Result<()> {
    if seen.minus(OVERLAP).0 > mark {
        store::raise_mark(&app.db, MARK, seen.0).await?;
    }
    Ok(())
}

fn is_new(seen: &Seen) -> bool {
    seen.last_day.is_none_or(|last| last < Day::of(seen.at))
}

async fn count_some(app: &App, seen: &[Seen], until: Timestamp) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            store::hold(&tx, app.clock.now()).await?;
            let mut counts = Counts::new();
            for seen in seen {
                // Read again: another node, or another session of the same person, may have been counted.
                let last = store::find_last_day(&tx, seen.account).await?;
                let day = Day::of(seen.at);
                if last.is_none_or(|last| last < day) {
                    add(&mut counts, (day, last), Day::of(seen.created_at));
                    store::set_last_day(&tx, seen.account, day).await?;
                }
            }
            store::add(&tx, &counts).await?;
            store::raise_mark(&tx, MARK, until.0).await?;
            Ok::<_, Error>(())
        })
        .await
}

/// Somebody is there on `day`, and was before on `last`.
fn add(counts: &mut Counts, (day, last): (Day, Option<Day>), made: Day) {
    let mut one = |day: Day, figure| *counts.entry((day, figure)).or_default() += 1;
    one(day, Figure::ActiveDay);
    for (length, figure) in [(7, Figure::ActiveWeek), (30, Figure::ActiveMonth)] {
        let first = last.map_or(day, |last| last.plus(length).max(day));
        for day in first.through(day.plus(length - 1)) {
            one(day, figure);
        }
    }
    let kept = match day.0 - made.0 {
        1 => Figure::KeptDay,
        7 => Figure::KeptWeek,
        30 => Figure::KeptMonth,
        _ => return,
    };
    one(made, kept);
}
