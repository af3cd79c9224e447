//! The SQL of known devices.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Run};
use crate::ids::AccountId;
use crate::{params, statements};

statements! {
    SET_SEEN = "UPDATE known_devices SET last_seen_at = $3 WHERE account_id = $1 AND fingerprint = $2";
    HAS_ANY = "SELECT fingerprint FROM known_devices WHERE account_id = $1 LIMIT 1";
    INSERT = "INSERT INTO known_devices (account_id, fingerprint, created_at, last_seen_at) VALUES ($1, $2, $3, $3)
        ON CONFLICT (account_id, fingerprint) DO UPDATE SET last_seen_at = $3";
    PURGE = "DELETE FROM known_devices WHERE last_seen_at < $1 AND (account_id, fingerprint) IN (
        SELECT account_id, fingerprint FROM known_devices WHERE last_seen_at < $1 LIMIT $2)";
}

/// Notes that the device was used; `false` when it is not known.
pub(super) async fn set_seen(
    run: &impl Run,
    (account, fingerprint): (AccountId, &str),
    now: Timestamp,
) -> Result<bool> {
    let changed = run
        .execute(SET_SEEN, params![account, fingerprint, now])
        .await?;
    Ok(changed == 1)
}

/// Whether any device of the account is known.
pub(super) async fn has_any(run: &impl Run, account: AccountId) -> Result<bool> {
    Ok(run.optional(HAS_ANY, params![account]).await?.is_some())
}

pub(super) async fn insert(
    run: &impl Run,
    (account, fingerprint): (AccountId, &str),
    now: Timestamp,
) -> Result<()> {
    run.execute(INSERT, params![account, fingerprint, now])
        .await
        .map(drop)
}

/// Forgets devices that were last used before the moment.
pub(super) async fn delete_older(db: &Db, before: Timestamp) -> Result<u64> {
    db.in_portions(PURGE, params![before]).await
}
