//! The SQL of counted attempts.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Run};
use crate::{params, statements};

statements! {
    /// Counts one more, unless the subject is locked or has used its tries. Tries that were never decided lapse.
    RESERVE = "INSERT INTO login_failures (subject, failures, lockouts, locked_until, updated_at)
        VALUES ($1, 1, 0, 0, $2)
        ON CONFLICT (subject) DO UPDATE SET failures = login_failures.failures + 1, updated_at = $2
        WHERE login_failures.locked_until <= $2 AND (login_failures.failures < $3 OR login_failures.updated_at <= $4)
        RETURNING failures, lockouts";
    IS_LOCKED = "SELECT subject FROM login_failures WHERE subject = $1 AND locked_until > $2";
    RELEASE = "UPDATE login_failures SET failures = failures - 1 WHERE subject = $1 AND failures > 0";
    SET_WRONG = "UPDATE login_failures SET wrong = wrong + 1 WHERE subject = $1";
    LOCK = "UPDATE login_failures SET failures = 0, wrong = 0, lockouts = lockouts + 1, locked_until = $2
        WHERE subject = $1";
    CLEAR = "DELETE FROM login_failures WHERE subject = $1 RETURNING wrong, lockouts";
    /// The digest of an address has 64 digits; behind it may stand a device or a session.
    CLEAR_ALL = "DELETE FROM login_failures
        WHERE subject = $1 OR (LENGTH(subject) > 64 AND SUBSTR(subject, 1, 64) = $1)";
    PURGE = "DELETE FROM login_failures WHERE updated_at < $1 AND locked_until < $1 AND subject IN (
        SELECT subject FROM login_failures WHERE updated_at < $1 AND locked_until < $1 LIMIT $2)";
    /// Where nothing is shown there is nothing to take away: most log-ins leave the row alone.
    SHOW_LOCK = "UPDATE accounts SET locked_until = $2
        WHERE email_key = $1 AND (locked_until IS NOT NULL OR CAST($2 AS BIGINT) IS NOT NULL)";
}

/// Counts a try; `None` when no more are allowed. Answers the tries so far and the earlier lock-outs.
pub(super) async fn insert(
    run: &impl Run,
    subject: &str,
    now: Timestamp,
    (most, lapsed): (u32, Timestamp),
) -> Result<Option<(u32, u32)>> {
    let row = run
        .optional(RESERVE, params![subject, now, most, lapsed])
        .await?;
    row.map(|row| Ok((row.get("failures")?, row.get("lockouts")?)))
        .transpose()
}

/// Whether no try is allowed for a while.
pub(super) async fn is_locked(run: &impl Run, subject: &str, now: Timestamp) -> Result<bool> {
    Ok(run
        .optional(IS_LOCKED, params![subject, now])
        .await?
        .is_some())
}

pub(super) async fn set_released(run: &impl Run, subject: &str) -> Result<()> {
    run.execute(RELEASE, params![subject]).await.map(drop)
}

/// Notes that a counted try was decided: a wrong password.
pub(super) async fn set_wrong(run: &impl Run, subject: &str) -> Result<()> {
    run.execute(SET_WRONG, params![subject]).await.map(drop)
}

/// Locks the subject; `false` when its tries have been forgotten meanwhile.
pub(super) async fn set_locked(run: &impl Run, subject: &str, until: Timestamp) -> Result<bool> {
    Ok(run.execute(LOCK, params![subject, until]).await? == 1)
}

/// Shows the lock-out at the account, if one has the address.
pub(super) async fn set_account_locked(
    run: &impl Run,
    email_key: &str,
    until: Option<Timestamp>,
) -> Result<()> {
    run.execute(SHOW_LOCK, params![email_key, until])
        .await
        .map(drop)
}

/// Forgets the tries, and answers how many were wrong since the last lock-out, and how many lock-outs there were.
pub(super) async fn delete(run: &impl Run, subject: &str) -> Result<(u32, u32)> {
    let row = run.optional(CLEAR, params![subject]).await?;
    row.map_or(Ok((0, 0)), |row| {
        Ok((row.get("wrong")?, row.get("lockouts")?))
    })
}

/// Forgets the subject and all devices counted apart.
pub(super) async fn delete_all(run: &impl Run, subject: &str) -> Result<()> {
    run.execute(CLEAR_ALL, params![subject]).await.map(drop)
}

/// Forgets counts that nobody has touched since `before`.
pub(super) async fn delete_older(db: &Db, before: Timestamp) -> Result<u64> {
    db.in_portions(PURGE, params![before]).await
}
