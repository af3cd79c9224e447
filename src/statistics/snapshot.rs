//! Count the accounts themselves, every few minutes: how many there are, by the day on which they were made.

use std::time::Duration;

use super::day::Day;
use super::figure::Figure;
use super::store::{self, Counts};
use crate::app::App;
use crate::db::Age;
use crate::error::{Error, Result};

/// When they were last counted.
pub(super) const MARK: &str = "counted_at";

/// How many there were.
const TOTAL: &str = "counted";

/// It reads every account, so where there are many not more often than this.
const EVERY: Duration = Duration::from_mins(5);

/// Where there are few.
const OFTEN: Duration = Duration::from_mins(1);
const FEW: i64 = 20_000;

const DAY: Duration = Duration::from_hours(24);

/// Counts them, unless that was done within the last minutes by this node or another.
pub(super) async fn count_at_times(app: &App) -> Result<()> {
    let now = app.clock.now();
    let total = store::find_mark(&app.db, TOTAL).await?;
    let wait = if total <= FEW { OFTEN } else { EVERY };
    let is_due = |mark: i64| mark <= now.minus(wait).0;
    if !is_due(store::find_mark(&app.db, MARK).await?) {
        return Ok(());
    }
    let is_ours = app
        .db
        .transaction(|tx| async move {
            store::hold(&tx, now).await?;
            let is_ours = is_due(store::find_mark(&tx, MARK).await?);
            if is_ours {
                store::set_mark(&tx, MARK, now.0).await?;
            }
            Ok::<_, Error>(is_ours)
        })
        .await?;
    if is_ours { count(app).await } else { Ok(()) }
}

/// Counts them now.
pub(super) async fn count(app: &App) -> Result<()> {
    let now = app.clock.now();
    let since = [DAY, DAY * 2, DAY * 7, DAY * 365].map(|time| now.minus(time));
    // It reads every account, and what it makes of them is shown for minutes.
    let read = |run| async move { store::count_by_day(&run, since).await };
    let by_day = app.db.read(Age::Late, read).await?;
    let known = store::list_of(&app.db, [Figure::Cohort, Figure::CohortVerified]).await?;
    let counts = &summed(&by_day, &known, Day::of(now));
    let total = counts.get(&(Day::of(now), Figure::Accounts)).copied();
    app.db
        .transaction(|tx| async move {
            store::hold(&tx, now).await?;
            store::set(&tx, counts).await?;
            store::set_mark(&tx, TOTAL, total.unwrap_or(0)).await?;
            store::set_mark(&tx, MARK, now.0).await?;
            Ok::<_, Error>(())
        })
        .await
}

/// The sums for today, and of the days on which accounts were made those that have another number now.
fn summed(by_day: &Counts, known: &Counts, today: Day) -> Counts {
    let mut cohorts = Counts::new();
    // Of a day whose accounts are all gone there is no row any more.
    for place in known.keys() {
        cohorts.insert(*place, 0);
    }
    let mut sums = Counts::new();
    for figure in [
        Figure::Accounts,
        Figure::Verified,
        Figure::Locked,
        Figure::Staff,
        Figure::AwayDay,
        Figure::AwayTwoDays,
        Figure::AwayWeek,
        Figure::AwayYear,
        Figure::AwayAlways,
    ] {
        sums.insert((today, figure), 0);
    }
    for ((day, figure), value) in by_day {
        *sums.entry((today, *figure)).or_default() += value;
        match figure {
            Figure::Accounts => cohorts.insert((*day, Figure::Cohort), *value),
            Figure::Verified => cohorts.insert((*day, Figure::CohortVerified), *value),
            _ => None,
        };
    }
    cohorts.retain(|place, value| known.get(place) != Some(value));
    sums.extend(cohorts);
    sums
}
