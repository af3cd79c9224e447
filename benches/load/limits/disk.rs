//! How many durable commits a second the disk grants a single writer: SQLite in WAL mode with `synchronous=FULL`.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::Result;

/// Commits a second, of a row of 200 bytes each.
pub fn sqlite_commits(place: &Path, lasting: Duration) -> Result<f64> {
    let folder = TempDir::with_prefix_in("commits-", place)?;
    let db = Connection::open(folder.path().join("commits.db"))?;
    db.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
         CREATE TABLE commits (id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
    )?;
    let mut insert = db.prepare("INSERT INTO commits (text) VALUES (?1)")?;
    let (begun, mut count, text) = (Instant::now(), 0_u64, "x".repeat(200));
    while begun.elapsed() < lasting {
        insert.execute([&text])?;
        count += 1;
    }
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}
