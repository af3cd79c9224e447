//! The statements on the outbox.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Row, Run};
use crate::ids::MailId;
use crate::{params, statements};

/// The `due_at` of mails that nobody has to touch again: the index over it then holds those that wait in front.
const NEVER: Timestamp = Timestamp(i64::MAX);

statements! {
    INSERT = "INSERT INTO outbox (id, recipient, sealed, created_at, due_at, attempts, expires_at, template)
        VALUES ($1, $2, $3, $4, $4, $5, $6, $7)";
    FIND_DUE = "SELECT id FROM outbox WHERE due_at <= $1 AND sent_at IS NULL AND dead_at IS NULL LIMIT 1";
    // The outer condition on `due_at` is judged again when another node was faster: it then takes other rows, or none.
    CLAIM = "UPDATE outbox SET due_at = $2 WHERE due_at <= $1 AND id IN (
        SELECT id FROM outbox WHERE due_at <= $1 AND sent_at IS NULL AND dead_at IS NULL ORDER BY due_at LIMIT $3)
        RETURNING id, recipient, sealed, created_at, attempts, expires_at";
    RELEASE = "UPDATE outbox SET due_at = $2 WHERE id = $1 AND sent_at IS NULL AND dead_at IS NULL";
    // Also of one that was given up while it was on its way.
    SET_SENT = "UPDATE outbox SET sent_at = $2, due_at = $3, attempts = attempts + 1, last_error = NULL, dead_at = NULL
        WHERE id = $1";
    SET_LAST = "UPDATE outbox SET is_last = TRUE WHERE id = $1";
    DELETE_LAST = "DELETE FROM outbox WHERE id = $1 AND is_last";
    EMPTY = "UPDATE outbox SET sealed = $2 WHERE id = $1";
    SET_EXPIRED = "UPDATE outbox SET sealed = $2, last_error = $3, due_at = $4, dead_at = $5
        WHERE id = $1 AND sent_at IS NULL AND dead_at IS NULL";
    SET_FAILED = "UPDATE outbox SET attempts = $2, last_error = $3, due_at = $4, dead_at = $5
        WHERE id = $1 AND sent_at IS NULL AND dead_at IS NULL";
    LIST = "SELECT id, recipient, sealed, created_at, attempts, expires_at FROM outbox ORDER BY created_at DESC, id DESC LIMIT $1";
    LIST_TO = "SELECT id, recipient, sealed, created_at, attempts, expires_at FROM outbox WHERE recipient = $2
        ORDER BY created_at DESC, id DESC LIMIT $1";
    FIND = "SELECT id, recipient, sealed, created_at, attempts, expires_at FROM outbox WHERE id = $1";
    DELETE_TO = "DELETE FROM outbox WHERE recipient = $1";
    DELETE_FINISHED_TO = "DELETE FROM outbox WHERE recipient = $1 AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)";
    DELETE_ALL = "DELETE FROM outbox";
    DELETE_FINISHED = "DELETE FROM outbox WHERE (sent_at IS NOT NULL OR dead_at IS NOT NULL) AND id IN (
        SELECT id FROM outbox WHERE created_at < $1 AND (sent_at IS NOT NULL OR dead_at IS NOT NULL) LIMIT $2)";
}

/// A row of the outbox.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: MailId,
    pub recipient: String,
    /// Subject and bodies, sealed; empty once they are sent.
    pub sealed: Vec<u8>,
    pub created_at: Timestamp,
    /// Tries that came to an end.
    pub attempts: u32,
    /// When its link will not work any more, if it has one.
    pub expires_at: Option<Timestamp>,
}

impl Stored {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            recipient: row.get("recipient")?,
            sealed: row.get("sealed")?,
            created_at: row.get("created_at")?,
            attempts: row.get("attempts")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

/// How a try ended that did not succeed.
#[derive(Debug, Clone)]
pub struct Failed {
    pub attempts: u32,
    pub error: String,
    /// When to try again; `None` gives it up at `at`.
    pub again_at: Option<Timestamp>,
    pub at: Timestamp,
}

/// Inserts a mail that is due at once; `template` says what kind it is.
pub async fn insert(run: &impl Run, mail: &Stored, template: &str) -> Result<()> {
    let Stored {
        id,
        recipient,
        sealed,
        created_at,
        attempts,
        expires_at,
    } = mail;
    run.execute(
        INSERT,
        params![
            *id,
            recipient,
            sealed.as_slice(),
            *created_at,
            *attempts,
            *expires_at,
            template
        ],
    )
    .await
    .map(drop)
}

/// Lets the row go as soon as the mail is sent.
pub async fn set_last(run: &impl Run, id: MailId) -> Result<()> {
    run.execute(SET_LAST, params![id]).await.map(drop)
}

/// Deletes the mails to an address, sent or not.
pub async fn delete_to(run: &impl Run, recipient: &str) -> Result<u64> {
    run.execute(DELETE_TO, params![recipient]).await
}

/// Deletes the mails to an address that were sent or given up.
pub async fn delete_finished_to(run: &impl Run, recipient: &str) -> Result<u64> {
    run.execute(DELETE_FINISHED_TO, params![recipient]).await
}

/// Whether a claim would find anything. A claim writes, and this is asked every second.
pub async fn is_due(run: &impl Run, now: Timestamp) -> Result<bool> {
    Ok(run.optional(FIND_DUE, params![now]).await?.is_some())
}

/// Takes at most `limit` mails that are due: until `lease` no other worker takes them.
pub async fn claim(db: &Db, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Stored>> {
    let claim = |tx: crate::db::Tx| async move { tx.all(CLAIM, params![now, lease, limit]).await };
    db.transaction(claim)
        .await?
        .iter()
        .map(Stored::read)
        .collect()
}

/// Gives a claimed mail back untried.
pub async fn release(run: &impl Run, id: MailId, now: Timestamp) -> Result<()> {
    run.execute(RELEASE, params![id, now]).await.map(drop)
}

/// Notes that a mail was sent; unless it is to be kept for reading, its content goes, and with it every link.
pub async fn set_sent(db: &Db, id: MailId, now: Timestamp, keep: bool) -> Result<()> {
    db.transaction(|tx| async move {
        if !keep {
            tx.execute(DELETE_LAST, params![id]).await?;
            tx.execute(EMPTY, params![id, Vec::<u8>::new()]).await?;
        }
        tx.execute(SET_SENT, params![id, now, NEVER])
            .await
            .map(drop)
    })
    .await
}

/// Notes a try that failed.
pub async fn set_failed(run: &impl Run, id: MailId, failed: &Failed) -> Result<()> {
    let due_at = failed.again_at.unwrap_or(NEVER);
    let dead_at = failed.again_at.is_none().then_some(failed.at);
    run.execute(
        SET_FAILED,
        params![id, failed.attempts, &failed.error, due_at, dead_at],
    )
    .await
    .map(drop)
}

/// Gives up a mail that has expired; its content goes, and with it the link.
pub async fn set_expired(run: &impl Run, id: MailId, reason: &str, now: Timestamp) -> Result<()> {
    run.execute(
        SET_EXPIRED,
        params![id, Vec::<u8>::new(), reason, NEVER, now],
    )
    .await
    .map(drop)
}

/// The newest mails, those to `recipient` if it is given.
pub async fn list(run: &impl Run, recipient: Option<&str>, limit: u32) -> Result<Vec<Stored>> {
    let rows = match recipient {
        Some(recipient) => run.all(LIST_TO, params![limit, recipient]).await?,
        None => run.all(LIST, params![limit]).await?,
    };
    rows.iter().map(Stored::read).collect()
}

/// One mail.
pub async fn find(run: &impl Run, id: MailId) -> Result<Option<Stored>> {
    run.optional(FIND, params![id])
        .await?
        .as_ref()
        .map(Stored::read)
        .transpose()
}

/// Deletes every mail, sent or not.
pub async fn delete_all(run: &impl Run) -> Result<u64> {
    run.execute(DELETE_ALL, &[]).await
}

/// Deletes mails made before `moment` that were sent or given up.
pub async fn delete_finished(db: &Db, moment: Timestamp) -> Result<u64> {
    db.in_portions(DELETE_FINISHED, params![moment]).await
}
