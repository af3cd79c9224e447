//! The SQL of acting.

use super::Acting;
use crate::clock::Timestamp;
use crate::db::{Db, Result, Run};
use crate::ids::{AccountId, SessionId};
use crate::sessions::Ending;
use crate::{params, statements};

statements! {
    /// The administrator as he is now, if his own session still holds. $2 now, $3 the moment before which a session was last used that
    /// is over.
    FIND = "SELECT s.expires_at, o.account_id, b.nickname, b.first_name FROM sessions s
        JOIN sessions o ON o.id = s.acting_from JOIN accounts b ON b.id = o.account_id
        WHERE s.id = $1 AND o.account_id = s.acting_by AND o.ended_at IS NULL AND o.expires_at > $2 AND o.last_seen_at > $3
        AND b.role = 'ADMIN' AND b.locked_at IS NULL";
    /// Nobody has typed the person's password: `authenticated_at` is long ago.
    INSERT = "INSERT INTO sessions (id, account_id, user_agent, address, created_at, expires_at, last_seen_at, authenticated_at,
        acting_by, acting_from, acting_reason) VALUES ($1, $2, '', '', $3, $4, $3, 0, $5, $6, $7)";
    END_EARLIER = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE acting_by = $1 AND ended_at IS NULL";
    END_SOME_ORPHANS = "UPDATE sessions SET ended_at = last_seen_at, end_reason = $1 WHERE ended_at IS NULL AND id IN (
        SELECT s.id FROM sessions s LEFT JOIN sessions o ON o.id = s.acting_from AND o.ended_at IS NULL
        WHERE s.acting_by IS NOT NULL AND s.ended_at IS NULL AND o.id IS NULL LIMIT $2)";
}

/// Who acts in the session, if he still may.
pub(super) async fn find(
    run: &impl Run,
    id: SessionId,
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Option<Acting>> {
    let row = run.optional(FIND, params![id, now, idle_since]).await?;
    row.map(|row| {
        let first_name: Option<String> = row.get("first_name")?;
        Ok(Acting {
            administrator: row.get("account_id")?,
            name: first_name.map_or_else(|| row.get("nickname"), Ok)?,
            until: row.get("expires_at")?,
        })
    })
    .transpose()
}

pub(super) struct New<'a> {
    pub id: SessionId,
    pub account: AccountId,
    pub times: (Timestamp, Timestamp),
    pub by: (AccountId, SessionId),
    pub reason: &'a str,
}

/// Inserts the session. It has no browser and no address: where an administrator is is his own affair, and the audit log has it.
pub(super) async fn insert(run: &impl Run, new: &New<'_>) -> Result<()> {
    let ((begins, ends), (by, from)) = (new.times, new.by);
    let params = params![new.id, new.account, begins, ends, by, from, new.reason];
    run.execute(INSERT, params).await.map(drop)
}

/// Ends what the administrator has begun before: he is signed in as one person at a time.
pub(super) async fn set_earlier_ended(
    run: &impl Run,
    administrator: AccountId,
    now: Timestamp,
    why: Ending,
) -> Result<u64> {
    run.execute(END_EARLIER, params![administrator, now, why.code()])
        .await
}

/// Writes down the end of those whose administrator's own session has ended.
pub(in crate::sessions) async fn set_orphans_ended(db: &Db) -> Result<u64> {
    db.in_portions(END_SOME_ORPHANS, params![Ending::SupportOver.code()])
        .await
}
