//! The SQL of invitations.

use super::Invitation;
use crate::clock::Timestamp;
use crate::db::{Result, Run, Tx};
use crate::ids::{AccountId, InvitationId};
use crate::roles::Role;
use crate::{params, statements};

statements! {
    INSERT = "INSERT INTO invitations (id, token_digest, email, email_key, role, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND_OPEN = "SELECT id, email, email_key, role, invited_by, created_at, expires_at, accepted_at, account_id, revoked_at
        FROM invitations WHERE token_digest = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2";
    TAKE = "UPDATE invitations SET accepted_at = $2 WHERE token_digest = $1 AND accepted_at IS NULL AND revoked_at IS NULL
        AND expires_at > $2
        RETURNING id, email, email_key, role, invited_by, created_at, expires_at, accepted_at, account_id, revoked_at";
    FIND = "SELECT id, email, email_key, role, invited_by, created_at, expires_at, accepted_at, account_id, revoked_at
        FROM invitations WHERE id = $1";
    /// A change of nothing: whoever else wants the invitation waits for the commit.
    FIND_HELD = "UPDATE invitations SET expires_at = expires_at WHERE id = $1
        RETURNING id, email, email_key, role, invited_by, created_at, expires_at, accepted_at, account_id, revoked_at";
    LIST_OTHERS = "SELECT role FROM invitations WHERE email_key = $1 AND id <> $2 AND accepted_at IS NULL
        AND revoked_at IS NULL AND expires_at > $3";
    SET_OTHERS_REVOKED = "UPDATE invitations SET revoked_at = $3 WHERE email_key = $1 AND id <> $2 AND accepted_at IS NULL
        AND revoked_at IS NULL";
    SET_REVOKED = "UPDATE invitations SET revoked_at = $2 WHERE id = $1";
    SET_ACCOUNT = "UPDATE invitations SET account_id = $2 WHERE id = $1";
    SET_SENT = "UPDATE invitations SET token_digest = $2, expires_at = $3, invited_by = $4 WHERE id = $1";
    /// $1 the state or nothing, $2 now. The nickname of whoever invited, if he still has an account.
    LIST = "SELECT known.*, accounts.nickname AS inviter FROM (
            SELECT id, email, email_key, role, invited_by, created_at, expires_at, accepted_at, account_id, revoked_at, CASE
                WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked'
                WHEN expires_at <= $2 THEN 'expired' ELSE 'open' END AS state FROM invitations) AS known
        LEFT JOIN accounts ON accounts.id = known.invited_by
        WHERE CAST($1 AS TEXT) = '' OR known.state = $1 ORDER BY known.created_at DESC, known.id DESC LIMIT $3 OFFSET $4";
    COUNT = "SELECT COUNT(*) AS total FROM (
            SELECT CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked'
                WHEN expires_at <= $2 THEN 'expired' ELSE 'open' END AS state FROM invitations) AS known
        WHERE CAST($1 AS TEXT) = '' OR known.state = $1";
    DELETE_OLD = "DELETE FROM invitations WHERE expires_at < $1";
}

/// Inserts a new invitation with the digest of its token.
pub(super) async fn insert(
    run: &impl Run,
    invitation: &Invitation,
    digest: &[u8; 32],
) -> Result<()> {
    let i = invitation;
    let values = params![
        i.id,
        digest,
        &i.email,
        &i.email_key,
        i.role,
        i.invited_by,
        i.created_at,
        i.expires_at
    ];
    run.execute(INSERT, values).await.map(drop)
}

/// The invitation that a token would accept, without using it.
pub(super) async fn find_open(
    run: &impl Run,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row = run.optional(FIND_OPEN, params![digest, now]).await?;
    row.as_ref().map(Invitation::read).transpose()
}

/// Uses the token; of many who try at once one gets the invitation.
pub(super) async fn take(tx: &Tx, digest: &[u8; 32], now: Timestamp) -> Result<Option<Invitation>> {
    let row = tx.optional(TAKE, params![digest, now]).await?;
    row.as_ref().map(Invitation::read).transpose()
}

/// The invitation, if there is one.
pub(super) async fn find(run: &impl Run, id: InvitationId) -> Result<Option<Invitation>> {
    let row = run.optional(FIND, params![id]).await?;
    row.as_ref().map(Invitation::read).transpose()
}

/// The invitation, which nobody else changes until the commit.
pub(super) async fn find_held(tx: &Tx, id: InvitationId) -> Result<Option<Invitation>> {
    let row = tx.optional(FIND_HELD, params![id]).await?;
    row.as_ref().map(Invitation::read).transpose()
}

/// The roles of other invitations of an address that would work.
pub(super) async fn list_others(
    run: &impl Run,
    (email_key, but): (&str, InvitationId),
    now: Timestamp,
) -> Result<Vec<Role>> {
    let rows = run.all(LIST_OTHERS, params![email_key, but, now]).await?;
    rows.iter().map(|row| row.get("role")).collect()
}

pub(super) async fn set_others_revoked(
    run: &impl Run,
    (email_key, but): (&str, InvitationId),
    now: Timestamp,
) -> Result<()> {
    run.execute(SET_OTHERS_REVOKED, params![email_key, but, now])
        .await
        .map(drop)
}

pub(super) async fn set_revoked(run: &impl Run, id: InvitationId, now: Timestamp) -> Result<()> {
    run.execute(SET_REVOKED, params![id, now]).await.map(drop)
}

/// Notes the account that came of it.
pub(super) async fn set_account(
    run: &impl Run,
    id: InvitationId,
    account: AccountId,
) -> Result<()> {
    run.execute(SET_ACCOUNT, params![id, account])
        .await
        .map(drop)
}

/// Gives it another token, more time and whoever vouches for it now.
pub(super) async fn set_sent(
    run: &impl Run,
    invitation: &Invitation,
    digest: &[u8; 32],
) -> Result<()> {
    let i = invitation;
    let values = params![i.id, digest, i.expires_at, i.invited_by];
    run.execute(SET_SENT, values).await.map(drop)
}

/// A part of the invitations, the newest first, each with the nickname of whoever invited; and how many there are in all.
pub(super) async fn list(
    run: &impl Run,
    (state, now): (&str, Timestamp),
    (skip, limit): (i64, i64),
) -> Result<(Vec<(Invitation, Option<String>)>, i64)> {
    let rows = run.all(LIST, params![state, now, limit, skip]).await?;
    let items = rows
        .iter()
        .map(|row| Ok((Invitation::read(row)?, row.get("inviter")?)))
        .collect::<Result<Vec<_>>>()?;
    let count = run.one(COUNT, params![state, now]).await?;
    Ok((items, count.get("total")?))
}

pub(super) async fn delete_old(run: &impl Run, before: Timestamp) -> Result<u64> {
    run.execute(DELETE_OLD, params![before]).await
}
