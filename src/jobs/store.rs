//! The SQL of jobs.

use crate::clock::Timestamp;
use crate::db::{Result, Run};
use crate::ids::JobId;
use crate::{params, statements};

statements! {
    INSERT = "INSERT INTO jobs (id, kind, sealed, created_at, due_at, attempts) VALUES ($1, $2, $3, $4, $4, 0)";
    LIST_DUE = "SELECT id FROM jobs WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";
    TAKE = "DELETE FROM jobs WHERE id = $1 RETURNING kind, sealed";
    ATTEMPTS = "SELECT attempts FROM jobs WHERE id = $1";
    SET_DUE = "UPDATE jobs SET attempts = $2, due_at = $3 WHERE id = $1";
    DELETE = "DELETE FROM jobs WHERE id = $1";
}

/// Inserts a job that is due at once.
pub(super) async fn insert(
    run: &impl Run,
    id: JobId,
    (kind, sealed): (&str, &[u8]),
    now: Timestamp,
) -> Result<()> {
    run.execute(INSERT, params![id, kind, sealed, now])
        .await
        .map(drop)
}

pub(super) async fn list_due(run: &impl Run, now: Timestamp, limit: u32) -> Result<Vec<JobId>> {
    let rows = run.all(LIST_DUE, params![now, limit]).await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Takes the job, which is gone with the commit.
pub(super) async fn take(run: &impl Run, id: JobId) -> Result<Option<(String, Vec<u8>)>> {
    let row = run.optional(TAKE, params![id]).await?;
    row.map(|row| Ok((row.get("kind")?, row.get("sealed")?)))
        .transpose()
}

pub(super) async fn attempts(run: &impl Run, id: JobId) -> Result<u32> {
    let row = run.optional(ATTEMPTS, params![id]).await?;
    row.map_or(Ok(0), |row| row.get("attempts"))
}

pub(super) async fn set_due(
    run: &impl Run,
    id: JobId,
    attempts: u32,
    due_at: Timestamp,
) -> Result<()> {
    run.execute(SET_DUE, params![id, attempts, due_at])
        .await
        .map(drop)
}

pub(super) async fn delete(run: &impl Run, id: JobId) -> Result<()> {
    run.execute(DELETE, params![id]).await.map(drop)
}
