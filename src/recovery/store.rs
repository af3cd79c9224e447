//! The SQL of recovery.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Run};
use crate::ids::AccountId;
use crate::{params, statements};

statements! {
    DELETE_OLDER = "DELETE FROM recoveries WHERE account_id = $1";
    INSERT = "INSERT INTO recoveries (token_digest, account_id, email_key, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT account_id FROM recoveries WHERE token_digest = $1 AND expires_at > $2";
    TAKE = "DELETE FROM recoveries WHERE token_digest = $1 AND account_id = $2 AND expires_at > $3
        RETURNING email_key";
    PURGE = "DELETE FROM recoveries WHERE expires_at < $1
        AND token_digest IN (SELECT token_digest FROM recoveries WHERE expires_at < $1 LIMIT $2)";
    SET_NAMELESS = "UPDATE accounts SET nickname = $2, nickname_key = $3, first_name = NULL, last_name = NULL, bio = NULL,
        profile_picture_url = NULL, linkedin_profile_url = NULL, github_profile_url = NULL, name_key = '', updated_at = $4
        WHERE id = $1";
}

/// Forgets the links that were mailed before: only the newest works.
pub(super) async fn delete_older(run: &impl Run, account: AccountId) -> Result<()> {
    run.execute(DELETE_OLDER, params![account]).await.map(drop)
}

pub(super) async fn insert(
    run: &impl Run,
    digest: &[u8; 32],
    (account, email_key): (AccountId, &str),
    (created, expires): (Timestamp, Timestamp),
) -> Result<()> {
    run.execute(
        INSERT,
        params![digest, account, email_key, created, expires],
    )
    .await
    .map(drop)
}

/// Whose password the link would change, without using it.
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

/// Uses a link and answers the address that it was mailed to; of two who try at once one gets it.
pub(super) async fn take(
    run: &impl Run,
    digest: &[u8; 32],
    (account, now): (AccountId, Timestamp),
) -> Result<Option<String>> {
    run.optional(TAKE, params![digest, account, now])
        .await?
        .map(|row| row.get("email_key"))
        .transpose()
}

/// Empties what people write about themselves, and gives the account another nickname.
pub(super) async fn set_nameless(
    run: &impl Run,
    account: AccountId,
    (nickname, nickname_key): (&str, &str),
    now: Timestamp,
) -> Result<()> {
    run.execute(SET_NAMELESS, params![account, nickname, nickname_key, now])
        .await
        .map(drop)
}

pub(super) async fn delete_expired(db: &Db, before: Timestamp) -> Result<u64> {
    db.in_portions(PURGE, params![before]).await
}
