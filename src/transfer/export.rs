//! Export the accounts, so that an import restores them.
//!
//! Door: `gatepost export`.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::read::FORMULA;
use crate::accounts::Account;
use crate::accounts::store::bulk;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::AccountId;
use crate::passwords::foreign::{NO_PASSWORD, opened};
use crate::sessions::Staff;

/// Accounts that are read together.
const AT_ONCE: u32 = 1000;

/// How accounts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table with the names of the columns in its first line.
    Csv,
    /// An object a line.
    Jsonl,
}

/// The fields, in the order in which they are written.
const FIELDS: [&str; 17] = [
    "id",
    "email",
    "email_verified_at",
    "nickname",
    "first_name",
    "last_name",
    "bio",
    "profile_picture_url",
    "linkedin_profile_url",
    "github_profile_url",
    "role",
    "pending_role",
    "is_professional",
    "locked_at",
    "created_at",
    "updated_at",
    "last_login_at",
];

/// Hands every account to `take`, the oldest first, one line each; answers how many there were.
///
/// The export itself is recorded before the first line leaves.
pub async fn export(
    app: &App,
    staff: &Staff,
    (format, with_hashes): (Format, bool),
    mut take: impl FnMut(&str) -> Result<()>,
) -> Result<u64> {
    let note = audit::note(Event::AccountsExported, staff);
    note.with("with_hashes", with_hashes)
        .write(app, &app.db)
        .await?;
    if format == Format::Csv {
        let hash = with_hashes.then_some("password_hash");
        let names: Vec<&str> = FIELDS.into_iter().chain(hash).collect();
        take(&names.join(","))?;
    }
    // Whoever moves elsewhere must find everybody: a replica has to have all that is there by now.
    let age = app.db.mark().await?;
    let mut place = (Timestamp(i64::MIN), AccountId(Uuid::nil()));
    let mut count = 0;
    loop {
        let read = |run| async move { bulk::list_behind(&run, place, AT_ONCE).await };
        let accounts = app.db.read(age, read).await?;
        let Some((last, _)) = accounts.last() else {
            return Ok(count);
        };
        place = (last.created_at, last.id);
        for (account, hash) in &accounts {
            let mut fields = fields(account);
            if with_hashes {
                fields.insert("password_hash".to_owned(), told(app, hash));
            }
            take(&line(&fields, format))?;
            count += 1;
        }
    }
}

/// The hash as another server can use it: not sealed under the key of this one.
fn told(app: &App, hash: &str) -> Value {
    let hash = opened(&app.secrets, hash).unwrap_or_default();
    if hash == NO_PASSWORD {
        Value::Null
    } else {
        hash.into()
    }
}

fn fields(account: &Account) -> Map<String, Value> {
    let a = account;
    let values = [
        json!(a.id),
        json!(a.email),
        json!(a.email_verified_at),
        json!(a.nickname),
        json!(a.first_name),
        json!(a.last_name),
        json!(a.bio),
        json!(a.profile_picture_url),
        json!(a.linkedin_profile_url),
        json!(a.github_profile_url),
        json!(a.role),
        json!(a.pending_role),
        json!(a.is_professional),
        json!(a.locked_at),
        json!(a.created_at),
        json!(a.updated_at),
        json!(a.last_login_at),
    ];
    let names = FIELDS.iter().map(|name| (*name).to_owned());
    names.zip(values).collect()
}

fn line(fields: &Map<String, Value>, format: Format) -> String {
    match format {
        Format::Jsonl => json!(fields).to_string(),
        Format::Csv => {
            let cells: Vec<String> = fields.values().map(cell).collect();
            cells.join(",")
        }
    }
}

/// A field of a table (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe, which an import takes away.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) if text.starts_with(FORMULA) => Cow::Owned(format!("'{text}")),
        Value::String(text) => Cow::Borrowed(text.as_str()),
        other => Cow::Owned(other.to_string()),
    };
    if text.contains([',', '"', '\n', '\r', ';', '\t']) || text.trim() != text {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.into_owned()
}
