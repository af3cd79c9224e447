//! The SQL of leaving.

use crate::clock::Timestamp;
use crate::db::{Result, Run};
use crate::ids::{AccountId, InvitationId};
use crate::{params, statements};

statements! {
    SET_DELETE_AT = "UPDATE accounts SET delete_at = $2 WHERE id = $1";
    CALL_OFF = "UPDATE accounts SET delete_at = NULL WHERE id = $1 AND delete_at IS NOT NULL";
    LIST_DUE = "SELECT id FROM accounts WHERE delete_at <= $1 ORDER BY delete_at, id LIMIT $2";
    IS_DUE = "SELECT id FROM accounts WHERE id = $1 AND delete_at <= $2";
    LIST_DEVICES = "SELECT created_at, last_seen_at FROM known_devices WHERE account_id = $1 ORDER BY created_at, fingerprint";
    LIST_INVITED = "SELECT id, email, role, created_at, expires_at, accepted_at, revoked_at FROM invitations
        WHERE invited_by = $1 ORDER BY created_at, id";
}

/// An invitation that somebody has sent.
#[derive(Debug, Clone)]
pub(super) struct Invited {
    pub id: InvitationId,
    pub email: String,
    pub role: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// Lets the account be deleted at that moment.
pub(super) async fn set_delete_at(
    run: &impl Run,
    account: AccountId,
    moment: Timestamp,
) -> Result<()> {
    run.execute(SET_DELETE_AT, params![account, moment])
        .await
        .map(drop)
}

/// Keeps the account; `false` when it was not going to be deleted.
pub(super) async fn set_kept(run: &impl Run, account: AccountId) -> Result<bool> {
    Ok(run.execute(CALL_OFF, params![account]).await? == 1)
}

/// Accounts whose time is over, the first ones first.
pub(super) async fn list_due(run: &impl Run, now: Timestamp, limit: u32) -> Result<Vec<AccountId>> {
    let rows = run.all(LIST_DUE, params![now, limit]).await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Whether the time of the account is over.
pub(super) async fn is_due(run: &impl Run, account: AccountId, now: Timestamp) -> Result<bool> {
    Ok(run.optional(IS_DUE, params![account, now]).await?.is_some())
}

/// When each device was first and last seen with the account.
pub(super) async fn list_devices(
    run: &impl Run,
    account: AccountId,
) -> Result<Vec<(Timestamp, Timestamp)>> {
    let rows = run.all(LIST_DEVICES, params![account]).await?;
    rows.iter()
        .map(|row| Ok((row.get("created_at")?, row.get("last_seen_at")?)))
        .collect()
}

/// The invitations that the account has sent, the oldest first.
pub(super) async fn list_invited(run: &impl Run, account: AccountId) -> Result<Vec<Invited>> {
    let rows = run.all(LIST_INVITED, params![account]).await?;
    rows.iter()
        .map(|row| {
            Ok(Invited {
                id: row.get("id")?,
                email: row.get("email")?,
                role: row.get("role")?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
                accepted_at: row.get("accepted_at")?,
                revoked_at: row.get("revoked_at")?,
            })
        })
        .collect()
}
