//! The SQL of the audit log.

use std::sync::LazyLock;

use super::Entry;
use crate::clock::Timestamp;
use crate::db::{Result, Run};
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
    ERASE_OF = "UPDATE audit_entries SET personal = NULL, personal_salt = NULL
        WHERE (account_id = $1 OR actor_id = $1) AND personal IS NOT NULL";
    ERASE_OLDER = "UPDATE audit_entries SET personal = NULL, personal_salt = NULL
        WHERE at < $1 AND personal IS NOT NULL";
}

static LIST_LOOSE: LazyLock<String> = LazyLock::new(|| {
    let columns = Entry::COLUMNS;
    format!("SELECT {columns} FROM audit_entries WHERE seq IS NULL ORDER BY at, id LIMIT $1")
});

/// The statements that are put together from the list of columns.
pub(crate) fn assembled() -> Vec<String> {
    vec![LIST_LOOSE.clone()]
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

pub(super) async fn set_place(
    run: &impl Run,
    id: EntryId,
    seq: i64,
    digest: &[u8; 32],
) -> Result<()> {
    run.execute(SET_PLACE, params![id, seq, digest])
        .await
        .map(drop)
}

/// Erases the personal facts of all entries about an account or by it; the chain holds as before.
pub async fn erase_of(run: &impl Run, account: AccountId) -> Result<u64> {
    run.execute(ERASE_OF, params![account]).await
}

/// Erases the personal facts of entries from before `moment`.
pub(super) async fn erase_older(run: &impl Run, moment: Timestamp) -> Result<u64> {
    run.execute(ERASE_OLDER, params![moment]).await
}
