//! The SQL of verification.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Run, Tx};
use crate::ids::AccountId;
use crate::roles::Role;
use crate::{params, statements};

statements! {
    DELETE_OLDER = "DELETE FROM email_verifications WHERE account_id = $1";
    INSERT = "INSERT INTO email_verifications (token_digest, account_id, email, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT email FROM email_verifications WHERE token_digest = $1 AND account_id = $2 AND expires_at > $3";
    FIND_PENDING = "SELECT email FROM email_verifications WHERE account_id = $1 AND expires_at > $2
        ORDER BY created_at DESC LIMIT 1";
    TAKE = "DELETE FROM email_verifications WHERE token_digest = $1 AND account_id = $2 AND expires_at > $3
        RETURNING email";
    EXISTS = "SELECT id FROM accounts WHERE id = $1";
    FIND_BY_EMAIL = "SELECT id FROM accounts WHERE email_key = $1";
    /// A change of nothing: whoever else wants to change the account waits for the commit.
    FIND_HELD = "UPDATE accounts SET updated_at = updated_at WHERE id = $1
        RETURNING id, email, first_name, email_verified_at, role, pending_role";
    DELETE_RECOVERIES = "DELETE FROM recoveries WHERE account_id = $1";
    SET_VERIFIED = "UPDATE accounts SET email = $2, email_key = $3, email_verified_at = $4, role = $5,
        pending_role = NULL, updated_at = $4 WHERE id = $1";
    PURGE = "DELETE FROM email_verifications WHERE expires_at < $1
        AND token_digest IN (SELECT token_digest FROM email_verifications WHERE expires_at < $1 LIMIT $2)";
}

/// What verification asks of an account.
#[derive(Debug)]
pub(super) struct Held {
    pub id: AccountId,
    pub email: String,
    pub first_name: Option<String>,
    pub verified_at: Option<Timestamp>,
    pub role: Role,
    pub pending_role: Option<Role>,
}

/// Forgets the links that were mailed before: only the newest works.
pub(super) async fn delete_older(run: &impl Run, account: AccountId) -> Result<()> {
    run.execute(DELETE_OLDER, params![account]).await.map(drop)
}

pub(super) async fn insert(
    run: &impl Run,
    digest: &[u8; 32],
    (account, email): (AccountId, &str),
    (created, expires): (Timestamp, Timestamp),
) -> Result<()> {
    run.execute(INSERT, params![digest, account, email, created, expires])
        .await
        .map(drop)
}

/// The address behind a link that would work, without using it.
pub(super) async fn find(
    run: &impl Run,
    digest: &[u8; 32],
    account: AccountId,
    now: Timestamp,
) -> Result<Option<String>> {
    run.optional(FIND, params![digest, account, now])
        .await?
        .map(|row| row.get("email"))
        .transpose()
}

/// The address that waits for its link to be followed.
pub(super) async fn find_pending(
    run: &impl Run,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<String>> {
    run.optional(FIND_PENDING, params![account, now])
        .await?
        .map(|row| row.get("email"))
        .transpose()
}

/// Uses a link and answers its address; of two who try at once one gets it.
pub(super) async fn take(
    run: &impl Run,
    digest: &[u8; 32],
    account: AccountId,
    now: Timestamp,
) -> Result<Option<String>> {
    run.optional(TAKE, params![digest, account, now])
        .await?
        .map(|row| row.get("email"))
        .transpose()
}

/// Whether there is such an account.
pub(super) async fn exists(run: &impl Run, account: AccountId) -> Result<bool> {
    Ok(run.optional(EXISTS, params![account]).await?.is_some())
}

/// Who has the address.
pub(super) async fn find_by_email(run: &impl Run, email_key: &str) -> Result<Option<AccountId>> {
    run.optional(FIND_BY_EMAIL, params![email_key])
        .await?
        .map(|row| row.get("id"))
        .transpose()
}

/// The account, which nobody else changes until the commit.
pub(super) async fn find_held(tx: &Tx, account: AccountId) -> Result<Option<Held>> {
    let row = tx.optional(FIND_HELD, params![account]).await?;
    row.map(|row| {
        Ok(Held {
            id: row.get("id")?,
            email: row.get("email")?,
            first_name: row.get("first_name")?,
            verified_at: row.get("email_verified_at")?,
            role: row.get("role")?,
            pending_role: row.get("pending_role")?,
        })
    })
    .transpose()
}

/// Forgets the links for a new password.
pub(super) async fn delete_recoveries(run: &impl Run, account: AccountId) -> Result<()> {
    run.execute(DELETE_RECOVERIES, params![account])
        .await
        .map(drop)
}

pub(super) async fn set_verified(
    run: &impl Run,
    account: AccountId,
    (email, email_key): (&str, &str),
    (role, now): (Role, Timestamp),
) -> Result<()> {
    run.execute(SET_VERIFIED, params![account, email, email_key, now, role])
        .await
        .map(drop)
}

pub(super) async fn delete_expired(db: &Db, before: Timestamp) -> Result<u64> {
    db.in_portions(PURGE, params![before]).await
}
