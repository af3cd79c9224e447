//! The SQL of statistics.

use std::collections::BTreeMap;

use super::day::Day;
use super::figure::Figure;
use crate::clock::Timestamp;
use crate::db::{Result, Row, Run};
use crate::ids::{AccountId, SessionId};
use crate::{params, statements};

statements! {
    HOLD = "INSERT INTO guards (name, touched_at) VALUES ('statistics', $1)
        ON CONFLICT (name) DO UPDATE SET touched_at = $1";
    FIND_MARK = "SELECT value FROM statistics_marks WHERE name = $1";
    SET_MARK = "INSERT INTO statistics_marks (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = $2";
    RAISE_MARK = "INSERT INTO statistics_marks (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = $2 WHERE statistics_marks.value < $2";
    ADD = "INSERT INTO daily_counts (day, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (day, name) DO UPDATE SET value = daily_counts.value + $3";
    SET = "INSERT INTO daily_counts (day, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (day, name) DO UPDATE SET value = $3";
    LIST = "SELECT day, name, value FROM daily_counts WHERE day >= $1 AND day <= $2";
    LIST_OF = "SELECT day, name, value FROM daily_counts WHERE name = $1 OR name = $2";
    LIST_SEEN = "SELECT s.id, s.account_id, s.last_seen_at, a.created_at, v.last_day FROM sessions s
        JOIN accounts a ON a.id = s.account_id LEFT JOIN account_activity v ON v.account_id = s.account_id
        WHERE (s.last_seen_at, s.id) > ($1, $2) AND s.acting_by IS NULL ORDER BY s.last_seen_at, s.id LIMIT $3";
    FIND_LAST_DAY = "SELECT last_day FROM account_activity WHERE account_id = $1";
    // Inserted from the account, so that one that goes at this moment is no broken rule.
    SET_LAST_DAY = "INSERT INTO account_activity (account_id, last_day) SELECT id, $2 FROM accounts WHERE id = $1
        ON CONFLICT (account_id) DO UPDATE SET last_day = $2";
    COUNT_BY_DAY = "SELECT created_at / 86400000 AS day, COUNT(*) AS accounts, COUNT(email_verified_at) AS verified,
        COUNT(locked_at) AS locked, SUM(CASE WHEN role IN ('MANAGER', 'ADMIN') THEN 1 ELSE 0 END) AS staff,
        SUM(CASE WHEN COALESCE(last_login_at, 0) < $1 THEN 1 ELSE 0 END) AS away_1,
        SUM(CASE WHEN COALESCE(last_login_at, 0) < $2 THEN 1 ELSE 0 END) AS away_2,
        SUM(CASE WHEN COALESCE(last_login_at, 0) < $3 THEN 1 ELSE 0 END) AS away_7,
        SUM(CASE WHEN COALESCE(last_login_at, 0) < $4 THEN 1 ELSE 0 END) AS away_365,
        SUM(CASE WHEN last_login_at IS NULL THEN 1 ELSE 0 END) AS away_always
        FROM accounts GROUP BY created_at / 86400000";
}

/// Figures by day.
pub(super) type Counts = BTreeMap<(Day, Figure), i64>;

/// Holds off others who roll up, until the commit.
pub(super) async fn hold(run: &impl Run, now: Timestamp) -> Result<()> {
    run.execute(HOLD, params![now]).await.map(drop)
}

/// How far the worker has come; 0 at the beginning.
pub(super) async fn find_mark(run: &impl Run, name: &str) -> Result<i64> {
    let row = run.optional(FIND_MARK, params![name]).await?;
    row.map_or(Ok(0), |row| row.get("value"))
}

/// Notes how far the worker has come.
pub(super) async fn set_mark(run: &impl Run, name: &str, value: i64) -> Result<()> {
    run.execute(SET_MARK, params![name, value]).await.map(drop)
}

/// The same, never backwards.
pub(super) async fn raise_mark(run: &impl Run, name: &str, value: i64) -> Result<()> {
    run.execute(RAISE_MARK, params![name, value])
        .await
        .map(drop)
}

/// Adds to what is counted.
pub(super) async fn add(run: &impl Run, counts: &Counts) -> Result<()> {
    for ((day, figure), value) in counts {
        run.execute(ADD, params![day.0, figure.code(), *value])
            .await?;
    }
    Ok(())
}

/// Replaces what was counted.
pub(super) async fn set(run: &impl Run, counts: &Counts) -> Result<()> {
    for ((day, figure), value) in counts {
        run.execute(SET, params![day.0, figure.code(), *value])
            .await?;
    }
    Ok(())
}

/// All figures of some days.
pub(super) async fn list(run: &impl Run, first: Day, last: Day) -> Result<Counts> {
    read(&run.all(LIST, params![first.0, last.0]).await?)
}

/// Two figures of all days.
pub(super) async fn list_of(run: &impl Run, figures: [Figure; 2]) -> Result<Counts> {
    let [one, other] = figures.map(Figure::code);
    read(&run.all(LIST_OF, params![one, other]).await?)
}

fn read(rows: &[Row]) -> Result<Counts> {
    let mut counts = Counts::new();
    for row in rows {
        // A figure that a later release keeps is none of ours.
        if let Some(figure) = Figure::of(&row.get::<String>("name")?) {
            counts.insert((Day(row.get("day")?), figure), row.get("value")?);
        }
    }
    Ok(counts)
}

/// A use of a session.
pub(super) struct Seen {
    pub session: SessionId,
    pub account: AccountId,
    pub at: Timestamp,
    pub created_at: Timestamp,
    pub last_day: Option<Day>,
}

/// Sessions that were used behind a place, in the order of their last use.
pub(super) async fn list_seen(
    run: &impl Run,
    (after, id): (Timestamp, SessionId),
    limit: u32,
) -> Result<Vec<Seen>> {
    let rows = run.all(LIST_SEEN, params![after, id, limit]).await?;
    let seen = rows.iter().map(|row| {
        Ok(Seen {
            session: row.get("id")?,
            account: row.get("account_id")?,
            at: row.get("last_seen_at")?,
            created_at: row.get("created_at")?,
            last_day: row.get::<Option<i64>>("last_day")?.map(Day),
        })
    });
    seen.collect()
}

/// The last day on which somebody was there, as far as it was counted.
pub(super) async fn find_last_day(run: &impl Run, account: AccountId) -> Result<Option<Day>> {
    let row = run.optional(FIND_LAST_DAY, params![account]).await?;
    row.map(|row| row.get("last_day").map(Day)).transpose()
}

/// Notes the last day on which somebody was there.
pub(super) async fn set_last_day(run: &impl Run, account: AccountId, day: Day) -> Result<()> {
    run.execute(SET_LAST_DAY, params![account, day.0])
        .await
        .map(drop)
}

/// The accounts, counted by the day on which they were made; `since` are the moments before which a log-in is long ago.
pub(super) async fn count_by_day(run: &impl Run, since: [Timestamp; 4]) -> Result<Counts> {
    let [day, two_days, week, year] = since;
    let rows = run
        .all(COUNT_BY_DAY, params![day, two_days, week, year])
        .await?;
    let figures = [
        Figure::Accounts,
        Figure::Verified,
        Figure::Locked,
        Figure::Staff,
        Figure::AwayDay,
        Figure::AwayTwoDays,
        Figure::AwayWeek,
        Figure::AwayYear,
        Figure::AwayAlways,
    ];
    let mut counts = Counts::new();
    for row in &rows {
        for figure in figures {
            counts.insert((Day(row.get("day")?), figure), row.get(figure.code())?);
        }
    }
    Ok(counts)
}
