//! Export the log: a line of JSON an entry, complete enough to be verified anywhere without the database.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::verify::AT_ONCE;
use super::{Actor, Entry, Event, chain, note, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::Run;
use crate::error::{Error, Result};
use crate::ids::{AccountId, EntryId, SessionId};

/// An entry as a line. What the chain does not cover must not be read from it, so other fields are refused.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: i64,
    id: Uuid,
    /// Milliseconds since 1970.
    at: i64,
    event: String,
    outcome: String,
    reason: Option<String>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    account_id: Option<Uuid>,
    session_id: Option<Uuid>,
    request_id: String,
    /// The text and not an object: the digest is over its very letters.
    details: String,
    personal: Option<String>,
    personal_salt: Option<String>,
    personal_digest: String,
    digest: String,
}

/// Chains what has no place yet and hands every entry to `take`, one line each. Answers how many there were.
///
/// The export itself is recorded before the first line leaves, and stands in what is exported.
pub async fn export(
    app: &App,
    by: &Actor,
    mut take: impl FnMut(&str) -> Result<()>,
) -> Result<i64> {
    note(Event::AuditExported, by).write(app, &app.db).await?;
    chain(app).await?;
    let mut last = 0;
    loop {
        let entries = store::list_chained(&app.db, last, AT_ONCE).await?;
        if entries.is_empty() {
            return Ok(last);
        }
        for entry in &entries {
            take(&write_line(entry)?)?;
            last = entry.seq.unwrap_or(last);
        }
    }
}

/// Entries behind the place `after`, in the order of the chain, a line each.
pub async fn lines(run: &impl Run, after: i64, limit: u32) -> Result<String> {
    let entries = store::list_chained(run, after, limit).await?;
    let lines = entries.iter().map(|entry| Ok(write_line(entry)? + "\n"));
    lines.collect()
}

/// The line of an entry, without a break at its end.
fn write_line(entry: &Entry) -> Result<String> {
    let entry = entry.clone();
    let line = Line {
        seq: entry.seq.unwrap_or_default(),
        id: entry.id.0,
        at: entry.at.0,
        event: entry.event,
        outcome: entry.outcome,
        reason: entry.reason,
        actor_kind: entry.actor_kind,
        actor_id: entry.actor_id.map(|id| id.0),
        account_id: entry.account_id.map(|id| id.0),
        session_id: entry.session_id.map(|id| id.0),
        request_id: entry.request_id,
        details: entry.details,
        personal: entry.personal,
        personal_salt: entry.personal_salt.as_deref().map(crypto::hex),
        personal_digest: crypto::hex(&entry.personal_digest),
        digest: entry.digest.as_deref().map(crypto::hex).unwrap_or_default(),
    };
    serde_json::to_string(&line).map_err(|error| Error::Internal(error.to_string()))
}

/// Reads a line of an export. The error is a sentence about the line.
pub fn read_line(line: &str) -> Result<Entry, String> {
    let line: Line =
        serde_json::from_str(line).map_err(|error| format!("it is no entry: {error}"))?;
    let bytes =
        |digits: &str| crypto::unhex(digits).ok_or("a digest has other than hexadecimal digits");
    Ok(Entry {
        id: EntryId(line.id),
        seq: Some(line.seq),
        at: Timestamp(line.at),
        event: line.event,
        outcome: line.outcome,
        reason: line.reason,
        actor_kind: line.actor_kind,
        actor_id: line.actor_id.map(AccountId),
        account_id: line.account_id.map(AccountId),
        session_id: line.session_id.map(SessionId),
        request_id: line.request_id,
        details: line.details,
        personal: line.personal,
        personal_salt: line.personal_salt.as_deref().map(bytes).transpose()?,
        personal_digest: bytes(&line.personal_digest)?,
        digest: Some(bytes(&line.digest)?),
    })
}
