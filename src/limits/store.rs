//! The SQL of limits.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Run};
use crate::{params, statements};

statements! {
    /// One more drop, unless the bucket would run over. $1 bucket, $2 now, $3 a drop's time, $4 the window, $5 what no bucket can be
    /// above unless the clock was set back.
    TAKE = "INSERT INTO limits (bucket, empty_at) VALUES ($1, CAST($2 AS BIGINT) + CAST($3 AS BIGINT))
        ON CONFLICT (bucket) DO UPDATE SET empty_at = $3 +
        CASE WHEN limits.empty_at > $2 AND limits.empty_at <= $5 THEN limits.empty_at ELSE $2 END
        WHERE limits.empty_at + $3 <= CAST($2 AS BIGINT) + CAST($4 AS BIGINT) OR limits.empty_at > $5";
    FIND = "SELECT empty_at FROM limits WHERE bucket = $1";
    FIND_TWO = "SELECT (SELECT empty_at FROM limits WHERE bucket = $1) AS one,
        (SELECT empty_at FROM limits WHERE bucket = $2) AS other";
    DELETE_EMPTY = "DELETE FROM limits WHERE empty_at < $1
        AND bucket IN (SELECT bucket FROM limits WHERE empty_at < $1 LIMIT $2)";
}

/// Adds a drop; `false` when the bucket would run over.
pub(super) async fn take(
    run: &impl Run,
    bucket: &str,
    (drop, window): (i64, i64),
    (now, most): (Timestamp, Timestamp),
) -> Result<bool> {
    let changed = run
        .execute(TAKE, params![bucket, now, drop, window, most])
        .await?;
    Ok(changed == 1)
}

/// When the bucket will be empty; `None` when nobody has filled it.
pub(super) async fn find(run: &impl Run, bucket: &str) -> Result<Option<Timestamp>> {
    run.optional(FIND, params![bucket])
        .await?
        .map(|row| row.get("empty_at"))
        .transpose()
}

/// The same of two.
pub(super) async fn find_two(
    run: &impl Run,
    [one, other]: [&str; 2],
) -> Result<[Option<Timestamp>; 2]> {
    let row = run.optional(FIND_TWO, params![one, other]).await?;
    row.map_or(Ok([None, None]), |row| {
        Ok([row.get("one")?, row.get("other")?])
    })
}

pub(super) async fn delete_empty(db: &Db, now: Timestamp) -> Result<u64> {
    db.in_portions(DELETE_EMPTY, params![now]).await
}
