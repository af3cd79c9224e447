//! The database: what a transaction promises, on both engines.

mod by_key;
mod copy;
mod hang_up;
mod last;
mod portions;
mod replica;
mod restart;
mod run;
mod silent;
mod transaction;
mod transactions;
mod unhurried;

use gatepost::db::{Fault, Result, Row, Run};
use gatepost::params;

use crate::support::TestApp;

/// Inserts a row under `name`, which must be free.
async fn insert(run: &impl Run, name: &str) -> Result<()> {
    let sql = "INSERT INTO guards (name, touched_at) VALUES ($1, 0)";
    run.execute(sql, params![name]).await.map(drop)
}

/// Adds one to the row called `name`.
async fn touch(run: &impl Run, name: &str) -> Result<u64> {
    run.execute(
        "UPDATE guards SET touched_at = touched_at + 1 WHERE name = $1",
        params![name],
    )
    .await
}

/// The row called `name`.
async fn find(run: &impl Run, name: &str) -> Option<Row> {
    let sql = "SELECT name, touched_at FROM guards WHERE name = $1";
    run.optional(sql, params![name]).await.unwrap()
}

/// The names that begin with `prefix`.
async fn names(app: &TestApp, prefix: &str) -> Vec<String> {
    let sql = "SELECT name FROM guards WHERE name LIKE $1 ORDER BY name";
    let rows = app
        .db
        .all(sql, params![format!("{prefix}%")])
        .await
        .unwrap();
    rows.iter().map(|row| row.get("name").unwrap()).collect()
}

/// An error of the work itself.
fn refused() -> Fault {
    Fault::Other("refused".into())
}
