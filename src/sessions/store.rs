//! The SQL of sessions.

use std::time::Duration;

use super::{Ending, Person};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Db, Result, Row, Run};
use crate::ids::{AccountId, SessionId};
use crate::notices::Reader;
use crate::roles::Role;
use crate::{params, statements};

statements! {
    /// What every authenticated request reads: one row by primary keys, together with others of the same moment. What else is asked
    /// of the row is written so that no index serves it: PostgreSQL took the one of all open sessions for as good as the key, as
    /// long as it knew nothing of the table.
    FIND_CURRENT = "SELECT s.id AS session_id, s.account_id, s.last_seen_at, s.authenticated_at, s.acting_by, a.role, a.nickname,
        a.first_name FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = $1 AND COALESCE(s.ended_at, 0) = 0 AND s.expires_at + 0 > $2 AND s.last_seen_at + 0 > $3
        AND a.locked_at IS NULL";
    /// The same with everything that the account shows, for whoever shows it: one statement instead of two.
    FIND_CURRENT_OWN = "SELECT s.id AS session_id, s.account_id, s.last_seen_at, s.authenticated_at, s.acting_by, a.id, a.email,
        a.nickname, a.first_name, a.last_name, a.bio, a.profile_picture_url, a.linkedin_profile_url, a.github_profile_url, a.role,
        a.pending_role, a.is_professional, a.email_verified_at, a.locked_at, a.locked_until, a.created_at, a.updated_at, a.last_login_at
        FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = $1 AND COALESCE(s.ended_at, 0) = 0 AND s.expires_at + 0 > $2 AND s.last_seen_at + 0 > $3
        AND a.locked_at IS NULL";
    FIND_PERSON = "SELECT s.account_id, s.expires_at, a.role, a.email
        FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = $1 AND COALESCE(s.ended_at, 0) = 0 AND s.expires_at + 0 > $2 AND s.last_seen_at + 0 > $3
        AND a.locked_at IS NULL";
    FIND_OWNER = "SELECT account_id, acting_by FROM sessions WHERE id = $1";
    FIND_READER = "SELECT s.account_id, a.email, a.first_name
        FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = $1";
    FIND_ENDED = "SELECT s.end_reason, s.last_seen_at, s.expires_at, a.locked_at
        FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = $1";
    INSERT = "INSERT INTO sessions (id, account_id, user_agent, address, created_at, expires_at, last_seen_at, authenticated_at,
        refresh_digest) VALUES ($1, $2, $3, $4, $5, $6, $5, $5, $7)";
    SET_LAST_SEEN = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at <= $3";
    /// One that has run out is over: nobody has ended it.
    END = "UPDATE sessions SET ended_at = $2, end_reason = $4
        WHERE id = $1 AND COALESCE(ended_at, 0) = 0 AND expires_at + 0 > $2 AND last_seen_at + 0 > $3";
    END_ALL = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE account_id = $1 AND ended_at IS NULL";
    END_OTHERS = "UPDATE sessions SET ended_at = $2, end_reason = $3
        WHERE account_id = $1 AND id <> $4 AND ended_at IS NULL";
    END_EVERYONES = "UPDATE sessions SET ended_at = $1, end_reason = $2 WHERE id <> $3 AND ended_at IS NULL";
    /// Those that have run out and were not ended yet are among them, and none in which an administrator acts.
    COUNT_OPEN = "SELECT COUNT(*) AS number, COALESCE(MIN(last_seen_at), $2) AS last_seen_first,
        COALESCE(MIN(expires_at), $2) AS expires_first FROM sessions
        WHERE account_id = $1 AND ended_at IS NULL AND acting_by IS NULL";
    /// SQLite knows no OFFSET without a LIMIT.
    END_OLDEST = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id IN (
        SELECT id FROM sessions WHERE account_id = $1 AND ended_at IS NULL AND acting_by IS NULL
        AND id <> $4 ORDER BY last_seen_at DESC, id DESC LIMIT 1000000 OFFSET $5)";
    /// With the moment at which it was over, whenever that is noticed; those in which an administrator acts are `acting`'s.
    /// $1 idle since, $2 how long that takes.
    END_IDLE = "UPDATE sessions SET ended_at = last_seen_at + CAST($2 AS BIGINT), end_reason = 'idle'
        WHERE acting_by IS NULL AND ended_at IS NULL AND last_seen_at <= $1
        AND last_seen_at + CAST($2 AS BIGINT) <= expires_at";
    END_IDLE_OF = "UPDATE sessions SET ended_at = last_seen_at + CAST($2 AS BIGINT), end_reason = 'idle'
        WHERE account_id = $3 AND acting_by IS NULL AND ended_at IS NULL AND last_seen_at <= $1
        AND last_seen_at + CAST($2 AS BIGINT) <= expires_at";
    END_EXPIRED = "UPDATE sessions SET ended_at = expires_at, end_reason = 'expired'
        WHERE acting_by IS NULL AND ended_at IS NULL AND expires_at <= $1";
    END_EXPIRED_OF = "UPDATE sessions SET ended_at = expires_at, end_reason = 'expired'
        WHERE account_id = $2 AND acting_by IS NULL AND ended_at IS NULL AND expires_at <= $1";
    END_SOME_IDLE = "UPDATE sessions SET ended_at = last_seen_at + CAST($2 AS BIGINT), end_reason = 'idle'
        WHERE ended_at IS NULL AND last_seen_at <= $1 AND id IN (SELECT id FROM sessions WHERE acting_by IS NULL AND ended_at IS NULL
        AND last_seen_at <= $1 AND last_seen_at + CAST($2 AS BIGINT) <= expires_at LIMIT $3)";
    END_SOME_EXPIRED = "UPDATE sessions SET ended_at = expires_at, end_reason = 'expired' WHERE ended_at IS NULL
        AND id IN (SELECT id FROM sessions WHERE acting_by IS NULL AND ended_at IS NULL AND expires_at <= $1 LIMIT $2)";
    PURGE = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 LIMIT $2)";
}

/// The account of a session that holds, as the database says now.
#[derive(Debug, Clone)]
pub(super) struct Current {
    pub account: AccountId,
    pub role: Role,
    pub name: String,
    pub last_seen_at: Timestamp,
    pub authenticated_at: Timestamp,
    /// The administrator who is signed in as him, if it is not he himself.
    pub acting_by: Option<AccountId>,
    /// What else was read of the account.
    pub row: Row,
}

/// How much is read of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// What every request asks for.
    Caller,
    /// Everything that he may see of it.
    Own,
}

/// The session's account, unless the session has ended or the account is locked. The moments: now, and that before
/// which a session was last used that is over.
pub(super) async fn find_current(
    db: &Db,
    (id, depth): (SessionId, Depth),
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Option<Current>> {
    let sql = match depth {
        Depth::Caller => FIND_CURRENT,
        Depth::Own => FIND_CURRENT_OWN,
    };
    let row = db.by_key(sql, id, params![now, idle_since]).await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let first_name: Option<String> = row.get("first_name")?;
    let name = first_name.map_or_else(|| row.get("nickname"), Ok)?;
    Ok(Some(Current {
        account: row.get("account_id")?,
        role: row.get("role")?,
        name,
        last_seen_at: row.get("last_seen_at")?,
        authenticated_at: row.get("authenticated_at")?,
        acting_by: row.get("acting_by")?,
        row,
    }))
}

/// Whose session it is and when it ends at the latest, unless it is over.
pub(super) async fn find_person(
    run: &impl Run,
    id: SessionId,
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Option<(Person, Timestamp)>> {
    let row = run
        .optional(FIND_PERSON, params![id, now, idle_since])
        .await?;
    row.as_ref().map(read_person).transpose()
}

/// Whose session it is, and when it ends at the latest.
pub(super) fn read_person(row: &Row) -> Result<(Person, Timestamp)> {
    let person = Person {
        id: row.get("account_id")?,
        email: row.get("email")?,
        role: row.get("role")?,
    };
    Ok((person, row.get("expires_at")?))
}

/// Whose session it is or was, and who is signed in there as him.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holder {
    pub account: AccountId,
    pub acting_by: Option<AccountId>,
}

/// The same, with the administrator if one is signed in there as him.
pub(super) async fn find_holder(run: &impl Run, id: SessionId) -> Result<Option<Holder>> {
    let row = run.optional(FIND_OWNER, params![id]).await?;
    row.map(|row| {
        Ok(Holder {
            account: row.get("account_id")?,
            acting_by: row.get("acting_by")?,
        })
    })
    .transpose()
}

/// Whose session it is or was, and whom a notice about it is for.
pub(super) async fn find_reader(
    run: &impl Run,
    id: SessionId,
) -> Result<Option<(AccountId, Reader)>> {
    let row = run.optional(FIND_READER, params![id]).await?;
    row.map(|row| {
        let reader = Reader {
            email: row.get("email")?,
            name: row.get("first_name")?,
        };
        Ok((row.get("account_id")?, reader))
    })
    .transpose()
}

/// A session that is over, and what tells why.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    reason: Option<String>,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    locked_at: Option<Timestamp>,
}

impl Ended {
    /// Why it is over. Nobody may have written down yet that it ran out.
    pub(super) fn why(&self, app: &App) -> Ending {
        let written = self.reason.as_deref().and_then(Ending::of);
        let idle_at = self.last_seen_at.plus(app.config.session.idle.get());
        written.unwrap_or(if self.locked_at.is_some() {
            Ending::AccountLocked
        } else if idle_at <= self.expires_at {
            Ending::Idle
        } else {
            Ending::Expired
        })
    }
}

/// What is known of a session that is not current.
pub(super) async fn find_ended(run: &impl Run, id: SessionId) -> Result<Option<Ended>> {
    let row = run.optional(FIND_ENDED, params![id]).await?;
    row.map(|row| {
        Ok(Ended {
            reason: row.get("end_reason")?,
            last_seen_at: row.get("last_seen_at")?,
            expires_at: row.get("expires_at")?,
            locked_at: row.get("locked_at")?,
        })
    })
    .transpose()
}

pub(super) struct New<'a> {
    pub id: SessionId,
    pub account: AccountId,
    pub user_agent: &'a str,
    pub address: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// That of its first refresh token, if it gets any.
    pub refresh_digest: Option<&'a [u8; 32]>,
}

pub(super) async fn insert(run: &impl Run, new: New<'_>) -> Result<()> {
    let params = params![
        new.id,
        new.account,
        new.user_agent,
        new.address,
        new.created_at,
        new.expires_at,
        new.refresh_digest
    ];
    run.execute(INSERT, params).await.map(drop)
}

/// Notes that the session was used, unless that was noted after `before`.
pub(super) async fn set_last_seen(
    run: &impl Run,
    id: SessionId,
    (now, before): (Timestamp, Timestamp),
) -> Result<()> {
    run.execute(SET_LAST_SEEN, params![id, now, before])
        .await
        .map(drop)
}

/// Ends one session; `false` when it was over already.
pub(super) async fn set_ended(
    run: &impl Run,
    id: SessionId,
    (now, idle_since): (Timestamp, Timestamp),
    why: Ending,
) -> Result<bool> {
    let params = params![id, now, idle_since, why.code()];
    Ok(run.execute(END, params).await? == 1)
}

pub(super) async fn set_all_ended(
    run: &impl Run,
    account: AccountId,
    now: Timestamp,
    why: Ending,
) -> Result<u64> {
    run.execute(END_ALL, params![account, now, why.code()])
        .await
}

pub(super) async fn set_others_ended(
    run: &impl Run,
    (account, but): (AccountId, SessionId),
    now: Timestamp,
    why: Ending,
) -> Result<u64> {
    run.execute(END_OTHERS, params![account, now, why.code(), but])
        .await
}

/// Ends the sessions of all accounts but one session.
pub(super) async fn set_everyones_ended(
    run: &impl Run,
    but: SessionId,
    now: Timestamp,
    why: Ending,
) -> Result<u64> {
    run.execute(END_EVERYONES, params![now, why.code(), but])
        .await
}

/// The sessions of an account that nobody has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenSessions {
    pub count: u64,
    /// When the one that was not used for longest was used.
    pub last_seen_first: Timestamp,
    /// When the first of them is over at the latest.
    pub expires_first: Timestamp,
}

/// How many there are, and whether some of them have run out.
pub(super) async fn count_open(run: &impl Run, account: AccountId) -> Result<OpenSessions> {
    let never = Timestamp(i64::MAX);
    let row = run.one(COUNT_OPEN, params![account, never]).await?;
    let count: i64 = row.get("number")?;
    Ok(OpenSessions {
        count: count.unsigned_abs(),
        last_seen_first: row.get("last_seen_first")?,
        expires_first: row.get("expires_first")?,
    })
}

/// Ends the sessions of an account that were not used for longest, so that with the `new` one `most` are left.
pub(super) async fn set_oldest_ended(
    run: &impl Run,
    (account, new): (AccountId, SessionId),
    most: u32,
    now: Timestamp,
) -> Result<u64> {
    let (why, others) = (Ending::TooManySessions.code(), most.saturating_sub(1));
    run.execute(END_OLDEST, params![account, now, why, new, others])
        .await
}

/// Notes the end of sessions that were not used for long, or have lasted as long as they can: of one account, or of all.
/// Answers how many those were of either kind.
pub(super) async fn set_run_out(
    run: &impl Run,
    of: Option<AccountId>,
    (now, idle): (Timestamp, Duration),
) -> Result<[u64; 2]> {
    let (idle_since, millis) = (now.minus(idle), i64::try_from(idle.as_millis()));
    let millis = millis.unwrap_or(i64::MAX / 2);
    if let Some(account) = of {
        let params = params![idle_since, millis, account];
        let idle = run.execute(END_IDLE_OF, params).await?;
        let expired = run.execute(END_EXPIRED_OF, params![now, account]).await?;
        Ok([idle, expired])
    } else {
        let idle = run.execute(END_IDLE, params![idle_since, millis]).await?;
        let expired = run.execute(END_EXPIRED, params![now]).await?;
        Ok([idle, expired])
    }
}

/// The same for all accounts, a portion at a time.
pub(super) async fn set_all_run_out(db: &Db, (now, idle): (Timestamp, Duration)) -> Result<()> {
    let millis = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX / 2);
    db.in_portions(END_SOME_IDLE, params![now.minus(idle), millis])
        .await?;
    db.in_portions(END_SOME_EXPIRED, params![now])
        .await
        .map(drop)
}

pub(super) async fn delete_expired(db: &Db, before: Timestamp) -> Result<u64> {
    db.in_portions(PURGE, params![before]).await
}
