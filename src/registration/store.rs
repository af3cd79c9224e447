//! The SQL of registration.

use crate::clock::Timestamp;
use crate::db::{Result, Run};
use crate::ids::AccountId;
use crate::{params, statements};

statements! {
    FORGET_CLAIMS = "DELETE FROM admin_claims";
    INSERT_CLAIM = "INSERT INTO admin_claims (token_digest, created_at) VALUES ($1, $2)";
    FIND_CLAIM = "SELECT created_at FROM admin_claims WHERE token_digest = $1";
    INSERT_RESERVATION = "INSERT INTO nickname_reservations (nickname_key, account_id) VALUES ($1, $2)
        ON CONFLICT (nickname_key) DO NOTHING";
    TAKE_CLAIM = "DELETE FROM admin_claims WHERE token_digest = $1";
}

/// Keeps the claim as the only one.
pub(super) async fn insert_claim(run: &impl Run, digest: &[u8; 32], now: Timestamp) -> Result<()> {
    delete_claims(run).await?;
    run.execute(INSERT_CLAIM, params![digest, now])
        .await
        .map(drop)
}

pub(super) async fn delete_claims(run: &impl Run) -> Result<()> {
    run.execute(FORGET_CLAIMS, &[]).await.map(drop)
}

pub(super) async fn has_claim(run: &impl Run, digest: &[u8; 32]) -> Result<bool> {
    Ok(run.optional(FIND_CLAIM, params![digest]).await?.is_some())
}

/// Uses the claim; of two at once one gets `true`.
pub(super) async fn take_claim(run: &impl Run, digest: &[u8; 32]) -> Result<bool> {
    Ok(run.execute(TAKE_CLAIM, params![digest]).await? == 1)
}

/// Keeps a nickname from everybody but the account.
pub(super) async fn insert_reservation(
    run: &impl Run,
    nickname_key: &str,
    account: AccountId,
) -> Result<()> {
    run.execute(INSERT_RESERVATION, params![nickname_key, account])
        .await
        .map(drop)
}
