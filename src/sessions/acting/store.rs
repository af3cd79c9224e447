//! The SQL of acting.

use super::Acting;
use crate::clock::Timestamp;
use crate::db::{Result, Run};
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
    /// Few: an administrator has one at most.
    LIST_OPEN = "SELECT s.id, s.account_id, s.acting_by, s.expires_at, s.last_seen_at, o.id AS own, o.ended_at AS own_ended_at
        FROM sessions s LEFT JOIN sessions o ON o.id = s.acting_from WHERE s.acting_by IS NOT NULL AND s.ended_at IS NULL";
    END = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL";
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

/// A session whose end nobody has written down yet.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub id: SessionId,
    /// Who is seen.
    pub account: AccountId,
    pub administrator: AccountId,
    pub expires_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// When the administrator's own session ended; `None` while it holds.
    pub own_ended_at: Option<Timestamp>,
}

/// All of them.
pub(super) async fn list_open(run: &impl Run) -> Result<Vec<Open>> {
    let rows = run.all(LIST_OPEN, &[]).await?;
    let read = rows.iter().map(|row| {
        let (last_seen_at, own): (Timestamp, Option<SessionId>) =
            (row.get("last_seen_at")?, row.get("own")?);
        let own_ended_at: Option<Timestamp> = row.get("own_ended_at")?;
        Ok(Open {
            id: row.get("id")?,
            account: row.get("account_id")?,
            administrator: row.get("acting_by")?,
            expires_at: row.get("expires_at")?,
            last_seen_at,
            // It goes with the account; when that was is not known any more.
            own_ended_at: own.map_or(Some(last_seen_at), |_| own_ended_at),
        })
    });
    read.collect()
}

/// Ends one at that moment; `false` when somebody else was faster.
pub(super) async fn set_ended(
    run: &impl Run,
    id: SessionId,
    (at, why): (Timestamp, Ending),
) -> Result<bool> {
    Ok(run.execute(END, params![id, at, why.code()]).await? == 1)
}
