//! The SQL of the audit log.

use std::sync::LazyLock;

use super::{Entry, list_store};
use crate::clock::Timestamp;
use crate::db::{Db, Result, Run};
use crate::ids::{AccountId, EntryId};
use crate::{params, statements};

statements! {
    INSERT = "INSERT INTO audit_entries (id, at, event, outcome, reason, actor_kind, actor_id, account_id, session_id,
        request_id, details, personal, personal_salt, personal_digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    ANY_LOOSE = "SELECT id FROM audit_entries WHERE seq IS NULL LIMIT 1";
    HOLD_CHAIN = "INSERT INTO guards (name, touched_at) VALUES ('audit_chain', $1)
        ON CONFLICT (name) DO UPDATE SET touched_at = $1";
    FIND_END = "SELECT seq, digest FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
    SET_PLACE = "UPDATE audit_entries SET seq = $2, digest = $3 WHERE id = $1 AND seq IS NULL";
    LIST_HAPPENED = "SELECT seq, at, event, outcome FROM audit_entries WHERE seq > $1 ORDER BY seq LIMIT $2";
    LAST_ACT = "SELECT MAX(at) AS at FROM audit_entries WHERE actor_id = $1";
    ERASE_OF = "UPDATE audit_entries SET personal = NULL, personal_salt = NULL
        WHERE (account_id = $1 OR actor_id = $1) AND personal IS NOT NULL";
    // Entries that name nobody's account, such as somebody's try to get a link before he had one.
    ERASE_NAMING = "UPDATE audit_entries SET personal = NULL, personal_salt = NULL
        WHERE account_id IS NULL AND personal IS NOT NULL
        AND (personal LIKE $1 ESCAPE '\\' OR LOWER(personal) LIKE $2 ESCAPE '\\')";
    ERASE_OLDER = "UPDATE audit_entries SET personal = NULL, personal_salt = NULL
        WHERE personal IS NOT NULL
        AND id IN (SELECT id FROM audit_entries WHERE at < $1 AND personal IS NOT NULL LIMIT $2)";
}

static LIST_LOOSE: LazyLock<String> = LazyLock::new(|| {
    let columns = Entry::COLUMNS;
    format!("SELECT {columns} FROM audit_entries WHERE seq IS NULL ORDER BY at, id LIMIT $1")
});

static LIST_CHAINED: LazyLock<String> = LazyLock::new(|| {
    let columns = Entry::COLUMNS;
    format!("SELECT {columns} FROM audit_entries WHERE seq > $1 ORDER BY seq LIMIT $2")
});

/// The statements that are put together from the list of columns.
pub(crate) fn assembled() -> Vec<String> {
    let mut statements = list_store::assembled();
    statements.extend([LIST_LOOSE.clone(), LIST_CHAINED.clone()]);
    statements
}

/// Inserts an entry that has no place yet.
pub(super) async fn insert(run: &impl Run, entry: &Entry) -> Result<()> {
    let e = entry;
    run.execute(
        INSERT,
        params![
            e.id,
            e.at,
            &e.event,
            &e.outcome,
            e.reason.clone(),
            &e.actor_kind,
            e.actor_id,
            e.account_id,
            e.session_id,
            &e.request_id,
            &e.details,
            e.personal.clone(),
            e.personal_salt.clone(),
            e.personal_digest.as_slice()
        ],
    )
    .await
    .map(drop)
}

/// When an account did something last, if it ever did.
pub async fn last_act(run: &impl Run, account: AccountId) -> Result<Option<Timestamp>> {
    let row = run.optional(LAST_ACT, params![account]).await?;
    row.map_or(Ok(None), |row| row.get("at"))
}

/// Whether any entry has no place yet. Asked every second, and reads one row of an index.
pub(super) async fn is_any_loose(run: &impl Run) -> Result<bool> {
    Ok(run.optional(ANY_LOOSE, &[]).await?.is_some())
}

/// Holds off others who chain, until the commit.
pub(super) async fn hold_chain(run: &impl Run, now: Timestamp) -> Result<()> {
    run.execute(HOLD_CHAIN, params![now]).await.map(drop)
}

/// The last place and its link; before the first entry 0 and nothing.
pub(super) async fn find_end(run: &impl Run) -> Result<(i64, Vec<u8>)> {
    match run.optional(FIND_END, &[]).await? {
        Some(row) => Ok((row.get("seq")?, row.get("digest")?)),
        None => Ok((0, Vec::new())),
    }
}

/// Entries without a place, the oldest first.
pub(super) async fn list_loose(run: &impl Run, limit: u32) -> Result<Vec<Entry>> {
    let rows = run.all(&LIST_LOOSE, params![limit]).await?;
    rows.iter().map(Entry::read).collect()
}

/// Entries behind the place `after`, in the order of the chain.
pub(super) async fn list_chained(run: &impl Run, after: i64, limit: u32) -> Result<Vec<Entry>> {
    let rows = run.all(&LIST_CHAINED, params![after, limit]).await?;
    rows.iter().map(Entry::read).collect()
}

/// What has happened, without anything about a person: enough to count it.
#[derive(Debug, Clone)]
pub struct Happened {
    /// The entry's place in the chain.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// A code of [`super::Event`].
    pub event: String,
    /// `done` or `refused`.
    pub outcome: String,
}

/// What has happened behind the place `after`, in the order of the chain.
pub async fn list_happened(run: &impl Run, after: i64, limit: u32) -> Result<Vec<Happened>> {
    let rows = run.all(LIST_HAPPENED, params![after, limit]).await?;
    let read = rows.iter().map(|row| {
        Ok(Happened {
            seq: row.get("seq")?,
            at: row.get("at")?,
            event: row.get("event")?,
            outcome: row.get("outcome")?,
        })
    });
    read.collect()
}

/// Gives an entry its place, once.
pub(super) async fn set_place(
    run: &impl Run,
    id: EntryId,
    seq: i64,
    digest: [u8; 32],
) -> Result<()> {
    run.execute(SET_PLACE, params![id, seq, digest.as_slice()])
        .await
        .map(drop)
}

/// Erases the personal facts of all entries about an account or by it; the chain holds as before.
pub async fn erase_of(run: &impl Run, account: AccountId) -> Result<u64> {
    run.execute(ERASE_OF, params![account]).await
}

/// Erases the personal facts of entries about no account in which `email` stands, in whatever case.
pub async fn erase_naming(run: &impl Run, email: &str) -> Result<u64> {
    let plain = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_")
    };
    let pattern = |text: &str| format!("%\"{}\"%", plain(text));
    let (exact, lower) = (pattern(email), pattern(&email.to_lowercase()));
    run.execute(ERASE_NAMING, params![exact, lower]).await
}

/// Erases the personal facts of entries from before `moment`.
pub(super) async fn erase_older(db: &Db, moment: Timestamp) -> Result<u64> {
    db.in_portions(ERASE_OLDER, params![moment]).await
}
