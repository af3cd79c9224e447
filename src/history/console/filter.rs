//! What the address of the page asks the audit log for, judged as the API judges it.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::AuditQuery;
use crate::app::App;
use crate::audit::Event;
use crate::clock::Timestamp;
use crate::console::Address;
use crate::error::Result;
use crate::http::input;

/// Entries of a page.
const PART: u32 = 25;

const DAY: Duration = Duration::from_hours(24);

/// The names in the address, each with that of the API. `outcome` in an address tells what a button has done.
const NAMES: [(&str, &str); 7] = [
    ("event", "event"),
    ("result", "outcome"),
    ("person", "person"),
    ("request", "request_id"),
    ("address", "address"),
    ("from", "from"),
    ("cursor", "cursor"),
];

/// Reads the address.
pub(super) fn read(app: &App, address: &Address) -> Result<AuditQuery> {
    let given = |(name, api): (&str, &str)| {
        let text = address.get(name)?.trim();
        Some((api.to_owned(), Value::from(text)))
    };
    let mut fields: Map<String, Value> = NAMES.into_iter().filter_map(given).collect();
    if let Some(day) = address.get("to") {
        // The last day is one of those that are meant.
        let end = Timestamp::parse(day).map(|moment| moment.plus(DAY).to_string());
        fields.insert("to".into(), end.unwrap_or_else(|| day.to_owned()).into());
    }
    fields.insert("limit".into(), PART.into());
    input::judge_object(app, &fields)
}

/// What was chosen, for the form to show again.
pub(super) fn chosen(address: &Address) -> Value {
    let names = NAMES.iter().map(|(name, _)| *name).chain(["to"]);
    let pairs = names.map(|name| (name.to_owned(), address.get(name).into()));
    Value::Object(pairs.collect())
}

/// Whether anything was chosen.
pub(super) fn is_any(address: &Address) -> bool {
    let names = address.pairs().iter().map(|(name, _)| name.as_str());
    let is_filter = |name: &str| name == "to" || NAMES.iter().any(|(known, _)| *known == name);
    names.filter(|name| *name != "cursor").any(is_filter)
}

/// The kinds of events, for the form to choose from.
pub(super) fn events() -> Value {
    let events = Event::ALL.iter().map(|event| event.code());
    let mut events: Vec<(String, String)> = events
        .map(|code| (code.to_owned(), in_words(code)))
        .collect();
    events.sort_by(|(_, one), (_, other)| one.cmp(other));
    events.insert(0, (String::new(), "Any".to_owned()));
    json!(events)
}

/// A code in words.
pub(super) fn in_words(code: &str) -> String {
    let text = code.replace('_', " ");
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
