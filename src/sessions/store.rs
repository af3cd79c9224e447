//! The SQL of sessions.

use crate::clock::Timestamp;
use crate::db::{Result, Run};
use crate::ids::{AccountId, SessionId};
use crate::roles::Role;
use crate::{params, statements};

statements! {
    /// What every authenticated request reads: one row by primary keys.
    FIND_CURRENT = "SELECT s.account_id, a.role, a.nickname, a.first_name
        FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND a.locked_at IS NULL";
    INSERT = "INSERT INTO sessions (id, account_id, user_agent, address, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    END = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL";
    END_ALL = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE account_id = $1 AND ended_at IS NULL";
    END_OTHERS = "UPDATE sessions SET ended_at = $2, end_reason = $3
        WHERE account_id = $1 AND id <> $4 AND ended_at IS NULL";
    PURGE = "DELETE FROM sessions WHERE expires_at < $1";
}

/// The account of a session that holds, as the database says now.
#[derive(Debug, Clone)]
pub(super) struct Current {
    pub account: AccountId,
    pub role: Role,
    pub name: String,
}

/// The session's account, unless the session has ended or the account is locked.
pub(super) async fn find_current(
    run: &impl Run,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<Current>> {
    let Some(row) = run.optional(FIND_CURRENT, params![id, now]).await? else {
        return Ok(None);
    };
    let first_name: Option<String> = row.get("first_name")?;
    let name = first_name.map_or_else(|| row.get("nickname"), Ok)?;
    Ok(Some(Current {
        account: row.get("account_id")?,
        role: row.get("role")?,
        name,
    }))
}

pub(super) struct New<'a> {
    pub id: SessionId,
    pub account: AccountId,
    pub user_agent: &'a str,
    pub address: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

pub(super) async fn insert(run: &impl Run, new: New<'_>) -> Result<()> {
    let New {
        id,
        account,
        user_agent,
        address,
        created_at,
        expires_at,
    } = new;
    run.execute(
        INSERT,
        params![id, account, user_agent, address, created_at, expires_at],
    )
    .await
    .map(drop)
}

pub(super) async fn set_ended(
    run: &impl Run,
    id: SessionId,
    now: Timestamp,
    reason: &str,
) -> Result<()> {
    run.execute(END, params![id, now, reason]).await.map(drop)
}

pub(super) async fn set_all_ended(
    run: &impl Run,
    account: AccountId,
    now: Timestamp,
    reason: &str,
) -> Result<()> {
    run.execute(END_ALL, params![account, now, reason])
        .await
        .map(drop)
}

pub(super) async fn set_others_ended(
    run: &impl Run,
    (account, but): (AccountId, SessionId),
    now: Timestamp,
    reason: &str,
) -> Result<()> {
    run.execute(END_OTHERS, params![account, now, reason, but])
        .await
        .map(drop)
}

pub(super) async fn delete_expired(run: &impl Run, before: Timestamp) -> Result<u64> {
    run.execute(PURGE, params![before]).await
}
