//! `gatepost audit list`.

use clap::Args;
use serde_json::{Map, Value, json};

use super::filters::Filters;
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::Outcome;
use crate::cli::output::{self, plain};
use crate::history::{self, AuditQuery, EntryView};
use crate::http::input;
use crate::sessions::Admin;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    filters: Filters,
    /// How many to show at most
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: i64,
    #[command(flatten)]
    format: Format,
}

/// Entries that are read together.
const AT_ONCE: i64 = 100;

/// Lists the entries that fit.
pub(super) async fn run(app: &App, args: &List) -> Outcome {
    let auditor = Admin::operator();
    let mut cursor = None;
    let mut rest = args.limit.max(1);
    let mut items: Vec<EntryView> = Vec::new();
    while rest > 0 {
        let query: AuditQuery =
            input::judge_object(app, &fields(args, cursor.as_deref(), rest.min(AT_ONCE)))?;
        let page = history::list_all(app, &auditor, &query).await?;
        rest -= i64::try_from(page.items.len()).unwrap_or(rest);
        items.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if args.format.json {
        return output::json(&json!({ "items": items }));
    }
    let lines: String = items.iter().map(line).collect();
    output::print(&lines)
}

/// The same object that the API takes, judged by the same rules.
fn fields(args: &List, cursor: Option<&str>, limit: i64) -> Map<String, Value> {
    let mut fields = args.filters.fields();
    fields.insert("limit".into(), limit.into());
    if let Some(cursor) = cursor {
        fields.insert("cursor".into(), cursor.into());
    }
    fields
}

/// One line an entry. What came from outside is stripped of all that commands a terminal or breaks the line.
fn line(entry: &EntryView) -> String {
    let mut parts = vec![
        entry.at.to_string(),
        entry.event.clone(),
        entry.outcome.clone(),
    ];
    parts.extend(entry.reason.clone());
    parts.push(match entry.actor_id {
        Some(id) => format!("by {id}"),
        None => format!("by {}", entry.actor_kind),
    });
    parts.extend(entry.account_id.map(|id| format!("on {id}")));
    for facts in [Some(&entry.details), entry.personal.as_ref()] {
        for (name, value) in facts.and_then(Value::as_object).into_iter().flatten() {
            parts.push(format!("{name}={value}"));
        }
    }
    format!("{}\n", plain(&parts.join("  ")))
}
