//! The SQL of refresh tokens.

use crate::clock::Timestamp;
use crate::db::{Db, Result, Row, Run};
use crate::ids::{AccountId, SessionId};
use crate::sessions::{LoggedIn, Person, store as sessions};
use crate::{params, statements};

statements! {
    /// What follows a used token is the same for all who use it at once.
    INSERT = "INSERT INTO refresh_tokens (token_digest, session_id, created_at) VALUES ($1, $2, $3)
        ON CONFLICT (token_digest) DO NOTHING";
    FIND = "SELECT session_id, used_at, answer FROM refresh_tokens WHERE token_digest = $1";
    /// With whose session it is, unless that is over.
    FIND_WITH_SESSION = "SELECT t.token_digest, t.session_id, t.used_at, t.answer, s.account_id, s.expires_at, s.last_seen_at,
        a.role, a.email, a.id AS account FROM refresh_tokens t LEFT JOIN sessions s ON s.id = t.session_id
        AND COALESCE(s.ended_at, 0) = 0 AND s.expires_at + 0 > $2 AND s.last_seen_at + 0 > $3
        LEFT JOIN accounts a ON a.id = s.account_id AND a.locked_at IS NULL WHERE t.token_digest = $1";
    TAKE = "UPDATE refresh_tokens SET used_at = $2, answer = $3 WHERE token_digest = $1 AND used_at IS NULL";
}

/// A refresh token as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub session: SessionId,
    pub used_at: Option<Timestamp>,
    /// The signature of the access token that its use was answered with: what of it cannot be made again.
    pub answer: Option<Vec<u8>>,
}

/// The session that a refresh token is good for.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub person: Person,
    /// When it ends at the latest.
    pub ends: Timestamp,
    /// When its use was noted last.
    pub last_seen_at: Timestamp,
}

/// Inserts a token, unless it is there already. Its session cannot be deleted until the transaction ends; where it has been, that
/// is [`Fault::Missing`](crate::db::Fault::Missing).
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

/// The token alone.
pub(super) async fn find(run: &impl Run, digest: &[u8; 32]) -> Result<Option<Kept>> {
    let row = run.optional(FIND, params![digest]).await?;
    row.as_ref().map(Kept::read).transpose()
}

/// The token and its session, unless that is over. The moments: now, and that before which a session was last used that is over.
pub(super) async fn find_with_session(
    db: &Db,
    digest: &[u8; 32],
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Option<(Kept, Option<Open>)>> {
    let moments = params![now, idle_since];
    let Some(row) = db.by_key(FIND_WITH_SESSION, digest, moments).await? else {
        return Ok(None);
    };
    let kept = Kept::read(&row)?;
    // Without a session that holds there is no account either.
    let account: Option<AccountId> = row.get("account")?;
    let open = account.map(|_| Open::read(&row)).transpose()?;
    Ok(Some((kept, open)))
}

impl Open {
    /// The session, with its next refresh token.
    pub(super) fn logged_in(self, id: SessionId, refresh_token: String) -> LoggedIn {
        LoggedIn {
            id,
            person: self.person,
            ends: self.ends,
            refresh_token: Some(refresh_token),
            acting_by: None,
        }
    }

    fn read(row: &Row) -> Result<Self> {
        let (person, ends) = sessions::read_person(row)?;
        Ok(Self {
            person,
            ends,
            last_seen_at: row.get("last_seen_at")?,
        })
    }
}

impl Kept {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            session: row.get("session_id")?,
            used_at: row.get("used_at")?,
            answer: row.get("answer")?,
        })
    }
}

/// Uses the token; of many at once one gets `true`.
pub(super) async fn take(
    run: &impl Run,
    digest: &[u8; 32],
    now: Timestamp,
    signature: &[u8],
) -> Result<bool> {
    Ok(run.execute(TAKE, params![digest, now, signature]).await? == 1)
}
