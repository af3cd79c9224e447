//! The SQL of signing keys.

use crate::clock::Timestamp;
use crate::db::{Result, Row, Run};
use crate::{params, statements};

/// Since when a key signs, and until when it did.
#[derive(Debug, Clone)]
pub struct KeyDates {
    /// Its name in the header of a token.
    pub kid: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When another took its place.
    pub retired_at: Option<Timestamp>,
}

statements! {
    /// The one in force comes first, whatever the clocks of the nodes said when the keys were made.
    LIST = "SELECT kid, sealed, created_at, retired_at FROM signing_keys
        ORDER BY CASE WHEN retired_at IS NULL THEN 0 ELSE 1 END, created_at DESC, kid DESC";
    LIST_DATES = "SELECT kid, created_at, retired_at FROM signing_keys
        ORDER BY CASE WHEN retired_at IS NULL THEN 0 ELSE 1 END, created_at DESC, kid DESC";
    INSERT = "INSERT INTO signing_keys (kid, sealed, created_at, retired_at) VALUES ($1, $2, $3, NULL)";
    RETIRE_OTHERS = "UPDATE signing_keys SET retired_at = $2 WHERE kid <> $1 AND retired_at IS NULL";
    DELETE_RETIRED = "DELETE FROM signing_keys WHERE retired_at < $1";
    TOUCH_GUARD = "INSERT INTO guards (name, touched_at) VALUES ('signing_keys', $1)
        ON CONFLICT (name) DO UPDATE SET touched_at = $1";
}

/// Holds every other transaction off the keys until this one ends.
pub(super) async fn guard(run: &impl Run, now: Timestamp) -> Result<()> {
    run.execute(TOUCH_GUARD, params![now]).await.map(drop)
}

/// All keys, the one that signs first.
pub(super) async fn list(run: &impl Run) -> Result<Vec<Row>> {
    run.all(LIST, &[]).await
}

/// The dates of all keys, the one that signs first; their private halves stay where they are.
pub(super) async fn list_dates(run: &impl Run) -> Result<Vec<KeyDates>> {
    let rows = run.all(LIST_DATES, &[]).await?;
    let dates = rows.iter().map(|row| {
        Ok(KeyDates {
            kid: row.get("kid")?,
            created_at: row.get("created_at")?,
            retired_at: row.get("retired_at")?,
        })
    });
    dates.collect()
}

/// The name of the key that signs.
pub(super) async fn find_signing(run: &impl Run) -> Result<Option<String>> {
    let dates = list_dates(run).await?;
    Ok(dates.into_iter().next().map(|key| key.kid))
}

pub(super) async fn insert(run: &impl Run, kid: &str, sealed: &[u8], now: Timestamp) -> Result<()> {
    run.execute(INSERT, params![kid, sealed, now])
        .await
        .map(drop)
}

pub(super) async fn set_others_retired(run: &impl Run, kid: &str, now: Timestamp) -> Result<()> {
    run.execute(RETIRE_OTHERS, params![kid, now])
        .await
        .map(drop)
}

pub(super) async fn delete_retired(run: &impl Run, before: Timestamp) -> Result<u64> {
    run.execute(DELETE_RETIRED, params![before]).await
}
