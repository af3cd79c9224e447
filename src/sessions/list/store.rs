//! The SQL of listing sessions.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::db::{Result, Row, Run};
use crate::ids::{AccountId, SessionId};
use crate::sessions::Ending;
use crate::sessions::end::SHOWN;
use crate::{params, statements};

/// The sessions of account $1 with the moment at which each was over, also of those that have run out and that nobody
/// has noticed yet, and of administrators whose own session does not hold any more. $2 now, $3 the time after which a session is idle.
macro_rules! known {
    () => {
        "(SELECT s.id, s.user_agent, s.address, s.created_at, s.last_seen_at, s.expires_at, s.end_reason, s.acting_reason,
            s.acting_from, o.id AS held_by, CASE
            WHEN s.ended_at IS NOT NULL THEN s.ended_at
            WHEN s.acting_from IS NOT NULL AND o.id IS NULL THEN s.last_seen_at
            WHEN s.last_seen_at + CAST($3 AS BIGINT) <= $2 AND s.last_seen_at + CAST($3 AS BIGINT) <= s.expires_at
                THEN s.last_seen_at + CAST($3 AS BIGINT)
            WHEN s.expires_at <= $2 THEN s.expires_at END AS over_at
        FROM sessions s LEFT JOIN sessions o ON o.id = s.acting_from AND o.ended_at IS NULL AND o.expires_at > $2
            AND o.last_seen_at + CAST($3 AS BIGINT) > $2
        WHERE s.account_id = $1) AS known"
    };
}

statements! {
    /// Open ones first, the last used first; then those that were over since $4, the last first.
    LIST = concat!("SELECT * FROM ", known!(), " WHERE over_at IS NULL OR over_at > $4
        ORDER BY CASE WHEN over_at IS NULL THEN 0 ELSE 1 END,
            CASE WHEN over_at IS NULL THEN last_seen_at ELSE over_at END DESC, id DESC LIMIT $5 OFFSET $6");
    COUNT = concat!("SELECT COUNT(*) AS total FROM ", known!(), " WHERE over_at IS NULL OR over_at > $4");
}

/// A session as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub id: SessionId,
    pub user_agent: String,
    pub address: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// When it ends, or would have ended, if nobody ends it and nobody uses it.
    pub expires_at: Timestamp,
    pub over: Option<(Timestamp, Ending)>,
    /// Why an administrator signed in as the person, if it was one.
    pub support_reason: Option<String>,
}

impl Kept {
    fn read(row: &Row, idle: Duration) -> Result<Self> {
        let (last_seen_at, lasts_until): (Timestamp, Timestamp) =
            (row.get("last_seen_at")?, row.get("expires_at")?);
        let idle_at = last_seen_at.plus(idle);
        let written: Option<String> = row.get("end_reason")?;
        let (from, held_by): (Option<SessionId>, Option<SessionId>) =
            (row.get("acting_from")?, row.get("held_by")?);
        let ran_out = if from.is_some() && held_by.is_none() {
            Ending::SupportOver
        } else if idle_at <= lasts_until {
            Ending::Idle
        } else {
            Ending::Expired
        };
        let why = written.as_deref().and_then(Ending::of).unwrap_or(ran_out);
        let over_at: Option<Timestamp> = row.get("over_at")?;
        Ok(Self {
            id: row.get("id")?,
            user_agent: row.get("user_agent")?,
            address: row.get("address")?,
            created_at: row.get("created_at")?,
            last_seen_at,
            expires_at: idle_at.min(lasts_until),
            over: over_at.map(|at| (at, why)),
            support_reason: row.get("acting_reason")?,
        })
    }
}

/// A part of the sessions of an account, and how many there are in all.
pub(super) async fn list(
    run: &impl Run,
    account: AccountId,
    (now, idle): (Timestamp, Duration),
    (skip, limit): (i64, i64),
) -> Result<(Vec<Kept>, i64)> {
    let millis = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX / 2);
    let since = now.minus(SHOWN);
    let part = params![account, now, millis, since, limit, skip];
    let rows = run.all(LIST, part).await?;
    let kept = rows.iter().map(|row| Kept::read(row, idle));
    let count = run.one(COUNT, params![account, now, millis, since]).await?;
    Ok((kept.collect::<Result<_>>()?, count.get("total")?))
}
