//! How many accounts there are: kept with every account that comes and goes, so that no list has to count them.
//!
//! The count is in parts. Two registrations at once seldom change the same one, and so seldom wait for each other.

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Result, Run};
use crate::error::{self, Error};
use crate::ids::AccountId;
use crate::{params, statements};

/// Parts of the count; the migration made their rows.
const SHARDS: u8 = 16;

/// The same as a column of another statement, behind others.
pub(super) const COLUMN: &str =
    ", (SELECT CAST(SUM(total) AS BIGINT) FROM account_counts) AS kept_total";

statements! {
    GET_TOTAL = "SELECT CAST(SUM(total) AS BIGINT) AS total FROM account_counts";
    ADD = "UPDATE account_counts SET total = total + $2 WHERE shard = $1";
    FIND_ERROR = "SELECT (SELECT COUNT(*) FROM accounts) - CAST(SUM(total) AS BIGINT) AS difference FROM account_counts";
    HOLD = "INSERT INTO guards (name, touched_at) VALUES ('account_counts', $1)
        ON CONFLICT (name) DO UPDATE SET touched_at = $1";
}

/// How many accounts there are.
pub(super) async fn get(run: &impl Run) -> Result<i64> {
    let row = run.optional(GET_TOTAL, &[]).await?;
    row.map_or(Ok(0), |row| row.get("total"))
}

/// Counts an account that is inserted (1) or deleted (-1), in the same transaction.
pub(in crate::accounts) async fn add(run: &impl Run, id: AccountId, count: i64) -> Result<()> {
    let [.., last] = *id.0.as_bytes();
    run.execute(ADD, params![i64::from(last % SHARDS), count])
        .await
        .map(drop)
}

/// Compares the kept count with the table and sets it right; answers by how many it was wrong. Needed after an upgrade, while which a
/// node of the release before has inserted accounts without counting them.
pub async fn settle(app: &App) -> error::Result<u64> {
    // Both are read by one statement, and so from one moment: usually they are equal, and nothing is written.
    if find_error(&app.db).await? == 0 {
        return Ok(0);
    }
    let settled = app.db.transaction(|tx| async move {
        // Of two nodes the second waits here, and finds nothing wrong.
        hold(&tx, app.clock.now()).await?;
        let difference = find_error(&tx).await?;
        tx.execute(ADD, params![0_i64, difference]).await?;
        Ok::<_, Error>(difference.unsigned_abs())
    });
    settled.await
}

async fn find_error(run: &impl Run) -> Result<i64> {
    run.one(FIND_ERROR, &[]).await?.get("difference")
}

async fn hold(run: &impl Run, now: Timestamp) -> Result<()> {
    run.execute(HOLD, params![now]).await.map(drop)
}
