//! Export what a filter of the audit log finds: a line an entry, the newest first.
//!
//! Doors: the console at `/admin/audit`, `gatepost audit export` with a filter. What can be verified without the database is
//! another export: of the whole log, in the order of its chain.

use serde_json::{Map, Value, json};

use super::AuditQuery;
use super::list_all::{EntryView, part};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::http::table_line;
use crate::sessions::Admin;

/// Entries that are read together: the log may be larger than the memory.
const AT_ONCE: u32 = 500;

/// The first line of a table.
const COLUMNS: [&str; 16] = [
    "at",
    "event",
    "outcome",
    "reason",
    "actor_kind",
    "actor_id",
    "account_id",
    "session_id",
    "request_id",
    "address",
    "user_agent",
    "details",
    "personal",
    "seq",
    "id",
    "digest",
];

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For a program: a JSON object a line, as the API shows an entry.
    Jsonl,
    /// For a spreadsheet.
    Csv,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// The kind with that name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Jsonl, Self::Csv]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// An export on its way: made piece by piece.
pub struct Export {
    app: App,
    auditor: Admin,
    /// What is still to be read.
    query: Option<AuditQuery>,
    kind: Kind,
    /// Entries that were handed on.
    count: i64,
    has_head: bool,
}

/// Begins an export of what the query finds. That it was taken out is written down first.
pub async fn export(app: &App, by: &Admin, (query, kind): (AuditQuery, Kind)) -> Result<Export> {
    // Who was looked for is personal, and goes when that person's facts are erased.
    audit::note(Event::AuditExported, by.staff())
        .with("format", kind.name())
        .personal("filter", asked(&query))
        .write(app, &app.db)
        .await?;
    let query = AuditQuery {
        limit: AT_ONCE,
        ..query
    };
    Ok(Export {
        app: app.clone(),
        auditor: by.clone(),
        query: Some(query),
        kind,
        count: 0,
        has_head: false,
    })
}

/// The filters that were given.
fn asked(query: &AuditQuery) -> Map<String, Value> {
    let filters = [
        ("event", &query.event),
        ("outcome", &query.outcome),
        ("account_id", &query.account_id),
        ("actor_id", &query.actor_id),
        ("person", &query.person),
        ("request_id", &query.request_id),
        ("address", &query.address),
        ("from", &query.from),
        ("to", &query.to),
    ];
    let given = filters.into_iter().filter(|(_, value)| value.is_some());
    given
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect()
}

impl Export {
    /// The next piece, which can be empty; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let Some(query) = self.query.take() else {
            return Ok(None);
        };
        let found = part(&self.app, &self.auditor, &query).await?;
        self.query = found.next.map(|place| AuditQuery {
            cursor: Some(place.to_string()),
            ..query
        });
        self.count += i64::try_from(found.entries.len()).unwrap_or_default();
        let head = (self.kind == Kind::Csv && !self.has_head).then(|| table_line(COLUMNS));
        self.has_head = true;
        let lines = found.entries.into_iter().map(EntryView::from);
        let lines = lines.map(|entry| self.line(&entry));
        Ok(Some(head.into_iter().chain(lines).collect()))
    }

    /// How many entries were handed on so far.
    pub fn count(&self) -> i64 {
        self.count
    }

    fn line(&self, entry: &EntryView) -> String {
        let fields = json!(entry);
        match self.kind {
            Kind::Jsonl => format!("{fields}\n"),
            Kind::Csv => row(&fields),
        }
    }
}

fn row(entry: &Value) -> String {
    let cell = |name: &str| {
        let place = match name {
            "address" | "user_agent" => entry.get("personal").and_then(|facts| facts.get(name)),
            name => entry.get(name),
        };
        match place {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    };
    let cells = COLUMNS.map(cell);
    table_line(cells.iter().map(String::as_str))
}
