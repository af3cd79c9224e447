//! The SQL of refresh tokens.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Run};
use crate::ids::SessionId;
use crate::{params, statements};

statements! {
    INSERT = "INSERT INTO refresh_tokens (token_digest, session_id, created_at) VALUES ($1, $2, $3)";
    FIND = "SELECT session_id, used_at, answer FROM refresh_tokens WHERE token_digest = $1";
    TAKE = "UPDATE refresh_tokens SET used_at = $2, answer = $3 WHERE token_digest = $1 AND used_at IS NULL";
    DELETE_ANSWERS = "UPDATE refresh_tokens SET answer = NULL WHERE answer IS NOT NULL AND token_digest IN (
        SELECT token_digest FROM refresh_tokens WHERE used_at < $1 AND answer IS NOT NULL LIMIT $2)";
}

/// A refresh token as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub session: SessionId,
    pub used_at: Option<Timestamp>,
    /// The access token that its use was answered with, sealed, for a moment.
    pub answer: Option<Vec<u8>>,
}

pub(in crate::sessions) async fn insert(
    run: &impl Run,
    digest: &[u8; 32],
    session: SessionId,
    now: Timestamp,
) -> Result<()> {
    run.execute(INSERT, params![digest, session, now])
        .await
        .map(drop)
}

pub(super) async fn find(run: &impl Run, digest: &[u8; 32]) -> Result<Option<Kept>> {
    let row = run.optional(FIND, params![digest]).await?;
    row.map(|row| {
        Ok(Kept {
            session: row.get("session_id")?,
            used_at: row.get("used_at")?,
            answer: row.get("answer")?,
        })
    })
    .transpose()
}

/// Uses the token; of many at once one gets `true`.
pub(super) async fn take(
    run: &impl Run,
    digest: &[u8; 32],
    now: Timestamp,
    answer: &[u8],
) -> Result<bool> {
    Ok(run.execute(TAKE, params![digest, now, answer]).await? == 1)
}

/// Forgets answers that nobody gets again.
pub(in crate::sessions) async fn delete_answers(db: &Db, before: Timestamp) -> Result<u64> {
    db.in_portions(DELETE_ANSWERS, params![before]).await
}
