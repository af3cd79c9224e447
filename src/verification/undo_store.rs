//! The SQL of changes of address that can be taken back.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Row, Run};
use crate::ids::AccountId;
use crate::{params, statements};

statements! {
    INSERT = "INSERT INTO email_undos (token_digest, account_id, email, email_key, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT account_id FROM email_undos WHERE token_digest = $1 AND expires_at > $2";
    TAKE = "DELETE FROM email_undos WHERE token_digest = $1 AND account_id = $2 AND expires_at > $3
        RETURNING email, email_key, created_at, expires_at";
    DELETE_SINCE = "DELETE FROM email_undos WHERE account_id = $1 AND created_at >= $2";
    LIST_OF = "SELECT email, email_key, created_at, expires_at FROM email_undos
        WHERE account_id = $1 AND expires_at > $2 ORDER BY created_at, token_digest";
    FIND_HOLDER = "SELECT account_id FROM email_undos WHERE email_key = $1 AND expires_at > $2 LIMIT 1";
    // Who has the mailbox also keeps the account that the other one wanted deleted.
    RESTORE = "UPDATE accounts SET email = $2, email_key = $3, password_hash = $4, hash_kind = NULL, email_verified_at = $5,
        updated_at = $5, delete_at = NULL WHERE id = $1";
    PURGE = "DELETE FROM email_undos WHERE expires_at <= $1
        AND token_digest IN (SELECT token_digest FROM email_undos WHERE expires_at <= $1 LIMIT $2)";
}

/// An address that an account had, and can have again.
#[derive(Debug, Clone)]
pub struct Former {
    /// The address, as it was.
    pub email: String,
    /// By which it is found.
    pub(super) email_key: String,
    /// When the account got another one.
    pub created_at: Timestamp,
    /// Until when that can be taken back.
    pub expires_at: Timestamp,
}

impl Former {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            email: row.get("email")?,
            email_key: row.get("email_key")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

pub(super) async fn insert(
    run: &impl Run,
    digest: &[u8; 32],
    account: AccountId,
    former: &Former,
) -> Result<()> {
    let f = former;
    run.execute(
        INSERT,
        params![
            digest,
            account,
            &f.email,
            &f.email_key,
            f.created_at,
            f.expires_at
        ],
    )
    .await
    .map(drop)
}

/// Whose change the link would take back, without using it.
pub(super) async fn find(
    run: &impl Run,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<Option<AccountId>> {
    run.optional(FIND, params![digest, now])
        .await?
        .map(|row| row.get("account_id"))
        .transpose()
}

/// Uses a link and answers what it restores; of two who try at once one gets it.
pub(super) async fn take(
    run: &impl Run,
    digest: &[u8; 32],
    (account, now): (AccountId, Timestamp),
) -> Result<Option<Former>> {
    run.optional(TAKE, params![digest, account, now])
        .await?
        .as_ref()
        .map(Former::read)
        .transpose()
}

/// Forgets the links of this change and of all that came after it.
pub(super) async fn delete_since(
    run: &impl Run,
    account: AccountId,
    moment: Timestamp,
) -> Result<()> {
    run.execute(DELETE_SINCE, params![account, moment])
        .await
        .map(drop)
}

/// The addresses that the account can have again, the oldest first.
pub(super) async fn list_of(
    run: &impl Run,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Former>> {
    let rows = run.all(LIST_OF, params![account, now]).await?;
    rows.iter().map(Former::read).collect()
}

/// For whom the address is kept, because he can have it again.
pub(super) async fn find_holder(
    run: &impl Run,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<AccountId>> {
    run.optional(FIND_HOLDER, params![email_key, now])
        .await?
        .map(|row| row.get("account_id"))
        .transpose()
}

/// Gives the account its former address, and a password that nobody knows.
pub(super) async fn set_restored(
    run: &impl Run,
    account: AccountId,
    (former, hash): (&Former, &str),
    now: Timestamp,
) -> Result<()> {
    run.execute(
        RESTORE,
        params![account, &former.email, &former.email_key, hash, now],
    )
    .await
    .map(drop)
}

pub(super) async fn delete_expired(db: &Db, now: Timestamp) -> Result<u64> {
    db.in_portions(PURGE, params![now]).await
}
