//! The statements on the outbox for its operator.

use uuid::Uuid;

use super::queue::{QueueCounts, Queued, Spot, State, Wanted};
use crate::clock::Timestamp;
use crate::db::{Result, Row, Run};
use crate::ids::MailId;
use crate::{params, statements};

/// What was sent or given up is never due.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// Mails that are counted at most: who has so many waits for none of them to be counted.
const COUNTED: i64 = 10_000;

statements! {
    LIST = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE (created_at, id) < ($2, $3)
        ORDER BY created_at DESC, id DESC LIMIT $1";
    // Those that are tried next in front: the order in which the queue moves.
    LIST_WAITING = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE (due_at, id) > ($2, $3) AND due_at < $4
        ORDER BY due_at, id LIMIT $1";
    LIST_SENT = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE sent_at IS NOT NULL AND (created_at, id) < ($2, $3)
        ORDER BY created_at DESC, id DESC LIMIT $1";
    LIST_DEAD = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE dead_at IS NOT NULL AND sent_at IS NULL
        AND (dead_at, id) < ($2, $3) ORDER BY dead_at DESC, id DESC LIMIT $1";
    LIST_TO = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE recipient = $4 AND (created_at, id) < ($2, $3)
        AND CASE CAST($5 AS TEXT) WHEN 'waiting' THEN sent_at IS NULL AND dead_at IS NULL
        WHEN 'sent' THEN sent_at IS NOT NULL WHEN 'dead' THEN sent_at IS NULL AND dead_at IS NOT NULL ELSE TRUE END
        ORDER BY created_at DESC, id DESC LIMIT $1";
    FIND = "SELECT id, recipient, created_at, due_at, attempts, sent_at, dead_at, expires_at, last_error,
        template FROM outbox WHERE id = $1";
    COUNT_SOME_WAITING = "SELECT COUNT(*) AS waiting, COUNT(CASE WHEN attempts > 0 THEN 1 END) AS retrying,
        MIN(created_at) AS oldest FROM (SELECT attempts, created_at FROM outbox WHERE due_at < $1 LIMIT $2) AS part";
    COUNT_SOME_DEAD = "SELECT COUNT(*) AS count FROM (
        SELECT id FROM outbox WHERE dead_at IS NOT NULL LIMIT $1) AS part";
    COUNT_SOME_SENT = "SELECT COUNT(sent_at) AS count FROM (
        SELECT sent_at FROM outbox WHERE created_at >= $1 ORDER BY created_at DESC LIMIT $2) AS part";
    COUNT_WAITING = "SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM outbox WHERE due_at < $1";
    COUNT_DEAD = "SELECT COUNT(*) AS count FROM outbox WHERE dead_at IS NOT NULL";
    // What is due soon stays as it is: a worker may have taken it, and then another would send it as well.
    SET_DUE = "UPDATE outbox SET attempts = 0, dead_at = NULL,
        due_at = CASE WHEN due_at > $3 THEN $2 ELSE due_at END
        WHERE id = $1 AND sent_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    // The conditions are asked again of the row: it may have been sent or given up meanwhile.
    SET_SOME_DUE = "UPDATE outbox SET attempts = 0, dead_at = NULL,
        due_at = CASE WHEN due_at > $2 THEN $1 ELSE due_at END
        WHERE sent_at IS NULL AND (expires_at IS NULL OR expires_at > $1) AND id IN (
            SELECT id FROM outbox WHERE id > $3 AND sent_at IS NULL AND (expires_at IS NULL OR expires_at > $1)
            ORDER BY id LIMIT $4)
        RETURNING id";
    COUNT_UNSENT = "SELECT COUNT(*) AS count FROM outbox WHERE sent_at IS NULL AND (expires_at IS NULL OR expires_at > $1)";
    // The last mail to somebody leaves nothing behind, sent or not.
    DELETE_LAST = "DELETE FROM outbox WHERE id = $1 AND is_last AND sent_at IS NULL";
    // Its end is that of its link as well: it is never tried again.
    SET_DROPPED = "UPDATE outbox SET sealed = $2, last_error = $3, due_at = $4, dead_at = $5, expires_at = $5
        WHERE id = $1 AND sent_at IS NULL";
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

/// Mails that fit, behind a place.
pub(super) async fn list(
    run: &impl Run,
    wanted: &Wanted,
    (after, limit): (Option<Spot>, u32),
) -> Result<Vec<Queued>> {
    let newest = Spot {
        at: NEVER,
        id: MailId(Uuid::max()),
    };
    let first = Spot {
        at: Timestamp(i64::MIN),
        id: MailId(Uuid::nil()),
    };
    let behind = after.unwrap_or(newest);
    let rows = match (&wanted.to, wanted.state) {
        (Some(to), state) => {
            let state = state.map_or("any", State::name);
            run.all(LIST_TO, params![limit, behind.at, behind.id, to, state])
                .await?
        }
        (None, Some(State::Waiting)) => {
            let behind = after.unwrap_or(first);
            run.all(LIST_WAITING, params![limit, behind.at, behind.id, NEVER])
                .await?
        }
        (None, state) => {
            let sql = match state {
                Some(State::Sent) => LIST_SENT,
                Some(State::Dead) => LIST_DEAD,
                _ => LIST,
            };
            run.all(sql, params![limit, behind.at, behind.id]).await?
        }
    };
    rows.iter().map(read).collect()
}

/// One mail.
pub(super) async fn find(run: &impl Run, id: MailId) -> Result<Option<Queued>> {
    let row = run.optional(FIND, params![id]).await?;
    row.as_ref().map(read).transpose()
}

/// The queue in numbers, each up to a limit. `since` begins what is lately.
pub(super) async fn count_some(run: &impl Run, since: Timestamp) -> Result<QueueCounts> {
    let waiting = run.one(COUNT_SOME_WAITING, params![NEVER, COUNTED]).await?;
    let dead = run.one(COUNT_SOME_DEAD, params![COUNTED]).await?;
    let sent = run.one(COUNT_SOME_SENT, params![since, COUNTED]).await?;
    Ok(QueueCounts {
        waiting: waiting.get("waiting")?,
        retrying: waiting.get("retrying")?,
        oldest_at: waiting.get("oldest")?,
        dead: dead.get("count")?,
        sent: sent.get("count")?,
        most: COUNTED,
    })
}

/// Gives a mail up for good; its content goes, and with it the link.
pub(super) async fn set_dropped(
    run: &impl Run,
    id: MailId,
    (reason, now): (&str, Timestamp),
) -> Result<u64> {
    let deleted = run.execute(DELETE_LAST, params![id]).await?;
    let dropped = run
        .execute(
            SET_DROPPED,
            params![id, Vec::<u8>::new(), reason, NEVER, now],
        )
        .await?;
    Ok(deleted + dropped)
}

/// How many wait, and since when the oldest does; how many were given up.
pub(super) async fn count(run: &impl Run) -> Result<(i64, Option<Timestamp>, i64)> {
    let waiting = run.one(COUNT_WAITING, params![NEVER]).await?;
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

/// The same for the next ones behind `after` that are not sent, in the order of their identifiers; answers which those were.
pub(super) async fn set_some_due(
    run: &impl Run,
    after: MailId,
    (now, soon): (Timestamp, Timestamp),
    limit: u32,
) -> Result<Vec<MailId>> {
    let rows = run
        .all(SET_SOME_DUE, params![now, soon, after, limit])
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// How many are not sent and not expired.
pub(super) async fn count_unsent(run: &impl Run, now: Timestamp) -> Result<u64> {
    let row = run.one(COUNT_UNSENT, params![now]).await?;
    let count: i64 = row.get("count")?;
    Ok(count.unsigned_abs())
}
