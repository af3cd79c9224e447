//! The SQL of refresh tokens: what a session's row has of them.

use super::refresh_token::RefreshToken;
use crate::clock::Timestamp;
use crate::db::{Db, Result, Row, Run};
use crate::ids::SessionId;
use crate::sessions::{LoggedIn, Person, store as sessions};
use crate::{params, statements};

statements! {
    /// One row by primary keys, together with others of the same moment, as `FIND_CURRENT` of sessions is.
    FIND_REFRESHABLE = "SELECT s.id AS session_id, s.account_id, s.expires_at, s.refresh_digest, s.refreshes, s.refreshed_at,
        s.refresh_signature, a.role, a.email FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = $1 AND COALESCE(s.ended_at, 0) = 0 AND s.expires_at + 0 > $2 AND s.last_seen_at + 0 > $3
        AND a.locked_at IS NULL";
    /// Of many at once one has the newest token. A session that has ended meanwhile has none. Its use is noted now and then only, as
    /// that of any request: PostgreSQL then touches no index.
    ROTATE = "UPDATE sessions SET refresh_digest = $3, refreshes = refreshes + 1, refreshed_at = $4, refresh_signature = $5,
        last_seen_at = CASE WHEN last_seen_at <= $6 THEN $4 ELSE last_seen_at END
        WHERE id = $1 AND refresh_digest = $2 AND COALESCE(ended_at, 0) = 0";
}

/// A session that goes on, and what is known of its refresh tokens.
#[derive(Debug, Clone)]
pub(super) struct Refreshable {
    id: SessionId,
    person: Person,
    /// When it ends at the latest.
    ends: Timestamp,
    /// That of the newest token; a browser's session has none.
    newest: Option<Vec<u8>>,
    /// How many were used before it.
    pub used: u32,
    /// When the last of those was used.
    pub used_at: Option<Timestamp>,
    /// The signature of the access token that it was answered with: what of it cannot be made again.
    pub signature: Vec<u8>,
}

/// The session, unless it is over. The moments: now, and that before which a session was last used that is over.
pub(super) async fn find(
    db: &Db,
    id: SessionId,
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Option<Refreshable>> {
    let moments = params![now, idle_since];
    let row = db.by_key(FIND_REFRESHABLE, id, moments).await?;
    row.as_ref().map(Refreshable::read).transpose()
}

impl Refreshable {
    /// Whether the token is the session's newest one.
    pub(super) fn has_newest(&self, token: &RefreshToken) -> bool {
        self.newest.as_deref() == Some(token.digest.as_slice())
    }

    /// The session with its next refresh token.
    pub(super) fn logged_in(self, next: &RefreshToken) -> LoggedIn {
        LoggedIn {
            id: self.id,
            person: self.person,
            ends: self.ends,
            refresh_token: Some(next.clone()),
            acting_by: None,
        }
    }

    fn read(row: &Row) -> Result<Self> {
        let (person, ends) = sessions::read_person(row)?;
        let (used, signature): (i64, Option<Vec<u8>>) =
            (row.get("refreshes")?, row.get("refresh_signature")?);
        Ok(Self {
            id: row.get("session_id")?,
            person,
            ends,
            newest: row.get("refresh_digest")?,
            used: u32::try_from(used).unwrap_or(u32::MAX),
            used_at: row.get("refreshed_at")?,
            signature: signature.unwrap_or_default(),
        })
    }
}

/// Puts the next token in the place of the one that is used; `false` where that is not the newest one any more. `now`, and the moment
/// after which the session's use need not be noted again.
pub(super) async fn rotate(
    run: &impl Run,
    (used, next): (&RefreshToken, &RefreshToken),
    signature: &[u8],
    (now, before): (Timestamp, Timestamp),
) -> Result<bool> {
    let (id, used, next) = (used.session, &used.digest, &next.digest);
    let params = params![id, used, next, now, signature, before];
    Ok(run.execute(ROTATE, params).await? == 1)
}
