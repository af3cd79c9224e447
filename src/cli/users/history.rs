//! `gatepost user history`: what has happened to an account, and what its owner has done.

use clap::Args;
use serde_json::{Map, json};

use super::{One, find};
use crate::app::App;
use crate::audit::Entry;
use crate::cli::failure::Outcome;
use crate::cli::output::{self, plain};
use crate::history::{self, EntryView, HistoryQuery};
use crate::http::input;
use crate::ids::AccountId;
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct History {
    #[command(flatten)]
    one: One,
    /// How many to show at most
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: u32,
}

/// Entries that are read together.
const AT_ONCE: u32 = 100;

/// Lists the entries, the newest first.
pub(super) async fn run(app: &App, args: &History) -> Outcome {
    let id = find::find(app, &args.one.who).await?.id;
    let mut entries: Vec<Entry> = Vec::new();
    let mut cursor = None;
    let mut rest = args.limit;
    while rest > 0 {
        let fields = Map::from_iter([
            ("limit".to_owned(), json!(rest.min(AT_ONCE))),
            ("cursor".to_owned(), json!(cursor.unwrap_or_default())),
        ]);
        let query: HistoryQuery = input::judge_object(app, &fields)?;
        let part = history::list_of(app, &Staff::operator(), id, &query).await?;
        rest = rest.saturating_sub(u32::try_from(part.entries.len()).unwrap_or(rest));
        entries.extend(part.entries);
        cursor = part.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if args.one.format.json {
        let items: Vec<EntryView> = entries.into_iter().map(EntryView::from).collect();
        return output::json(&json!({ "items": items }));
    }
    output::print(
        &entries
            .iter()
            .map(|entry| line(id, entry))
            .collect::<String>(),
    )
}

fn line(id: AccountId, entry: &Entry) -> String {
    let by = match entry.actor_kind.as_str() {
        "account" if entry.actor_id == Some(id) => "the person",
        "account" => "staff",
        "operator" => "the command line",
        "system" => "the server",
        _ => "somebody not signed in",
    };
    let personal = entry.personal.as_deref();
    let personal: serde_json::Value = personal
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let mut parts = vec![entry.at.to_string(), entry.event.clone()];
    parts.push(entry.outcome.clone());
    parts.extend(entry.reason.clone());
    parts.push(format!("by {by}"));
    let address = personal.get("address").and_then(serde_json::Value::as_str);
    parts.extend(address.map(|address| format!("from {address}")));
    // What came from outside is stripped of all that commands a terminal or breaks the line.
    format!("{}\n", plain(&parts.join("  ")))
}
