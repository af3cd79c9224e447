//! The statements on the outbox for its operator.

use super::queue::{Queued, State};
use crate::clock::Timestamp;
use crate::db::{Result, Row, Run};
use crate::ids::MailId;
use crate::{params, statements};

statements! {
    LIST = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox ORDER BY created_at DESC, id DESC LIMIT $1";
    LIST_WAITING = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1";
    LIST_SENT = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE sent_at IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT $1";
    LIST_DEAD = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE sent_at IS NULL AND dead_at IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT $1";
    LIST_TO = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE recipient = $2 ORDER BY created_at DESC, id DESC LIMIT $1";
    // What was sent or given up is never due.
    COUNT_WAITING = "SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM outbox WHERE due_at < $1";
    COUNT_DEAD = "SELECT COUNT(*) AS count FROM outbox WHERE dead_at IS NOT NULL";
    // What is due soon stays as it is: a worker may have taken it, and then another would send it as well.
    SET_DUE = "UPDATE outbox SET attempts = 0, dead_at = NULL,
        due_at = CASE WHEN due_at > $3 THEN $2 ELSE due_at END
        WHERE id = $1 AND sent_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    SET_ALL_DUE = "UPDATE outbox SET attempts = 0, dead_at = NULL,
        due_at = CASE WHEN due_at > $2 THEN $1 ELSE due_at END
        WHERE sent_at IS NULL AND (expires_at IS NULL OR expires_at > $1)";
}

fn read(row: &Row) -> Result<Queued> {
    let sent_at: Option<Timestamp> = row.get("sent_at")?;
    let dead_at: Option<Timestamp> = row.get("dead_at")?;
    let due_at: Timestamp = row.get("due_at")?;
    let state = match (sent_at, dead_at) {
        (Some(_), _) => State::Sent,
        (None, Some(_)) => State::Dead,
        (None, None) => State::Waiting,
    };
    Ok(Queued {
        id: row.get("id")?,
        recipient: row.get("recipient")?,
        state,
        created_at: row.get("created_at")?,
        attempts: row.get("attempts")?,
        due_at: (state == State::Waiting).then_some(due_at),
        sent_at,
        dead_at,
        expires_at: row.get("expires_at")?,
        last_error: row.get("last_error")?,
        kind: row.get("template")?,
    })
}

/// The newest mails, those in one state if it is given.
pub(super) async fn list(run: &impl Run, state: Option<State>, limit: u32) -> Result<Vec<Queued>> {
    let sql = match state {
        None => LIST,
        Some(State::Waiting) => LIST_WAITING,
        Some(State::Sent) => LIST_SENT,
        Some(State::Dead) => LIST_DEAD,
    };
    let rows = run.all(sql, params![limit]).await?;
    rows.iter().map(read).collect()
}

/// The newest mails to an address.
pub(super) async fn list_to(run: &impl Run, recipient: &str, limit: u32) -> Result<Vec<Queued>> {
    let rows = run.all(LIST_TO, params![limit, recipient]).await?;
    rows.iter().map(read).collect()
}

/// How many wait, and since when the oldest does; how many were given up.
pub(super) async fn count(run: &impl Run) -> Result<(i64, Option<Timestamp>, i64)> {
    let waiting = run.one(COUNT_WAITING, params![i64::MAX]).await?;
    let dead = run.one(COUNT_DEAD, &[]).await?;
    Ok((
        waiting.get("count")?,
        waiting.get("oldest")?,
        dead.get("count")?,
    ))
}

/// Makes one mail due at `now`, unless it is due before `soon` anyway.
pub(super) async fn set_due(
    run: &impl Run,
    id: MailId,
    (now, soon): (Timestamp, Timestamp),
) -> Result<u64> {
    run.execute(SET_DUE, params![id, now, soon]).await
}

/// The same for all that are not sent.
pub(super) async fn set_all_due(
    run: &impl Run,
    (now, soon): (Timestamp, Timestamp),
) -> Result<u64> {
    run.execute(SET_ALL_DUE, params![now, soon]).await
}
