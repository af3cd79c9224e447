//! An entry in words, with everything that it holds behind it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::PAGE;
use super::filter::in_words;
use crate::accounts::store;
use crate::app::App;
use crate::audit::Entry;
use crate::console::Address;
use crate::crypto;
use crate::error::Result;
use crate::ids::AccountId;
use crate::user_agent;

/// The addresses of the accounts that entries name, of those that there are still.
pub(super) struct Names(BTreeMap<AccountId, String>);

impl Names {
    /// Looks up everybody whom the entries name.
    pub async fn of(app: &App, entries: &[Entry]) -> Result<Self> {
        let mut ids = BTreeSet::new();
        for entry in entries {
            ids.extend(entry.actor_id);
            ids.extend(entry.account_id);
            ids.extend(entry.administrator());
        }
        let mut names = BTreeMap::new();
        for id in ids {
            if let Some(account) = store::find(&app.db, id).await? {
                names.insert(id, account.email);
            }
        }
        Ok(Self(names))
    }

    fn account(&self, user_id: AccountId) -> Value {
        let name = self.0.get(&user_id);
        json!({
            "text": name.map_or("an account that is gone", String::as_str),
            "href": name.map(|_| format!("/admin/people/{user_id}")),
        })
    }
}

/// An entry as the page shows it.
pub(super) fn shown(entry: &Entry, names: &Names) -> Value {
    let by = match entry.actor_kind.as_str() {
        "operator" => json!({"text": "the command line"}),
        "system" => json!({"text": "the server"}),
        _ => match entry.actor_id {
            Some(id) => names.account(id),
            None => json!({"text": "somebody not signed in"}),
        },
    };
    // What somebody did to himself needs to be said once.
    let whom = entry.account_id.filter(|id| entry.actor_id != Some(*id));
    json!({
        "at": entry.at,
        "what": in_words(&entry.event),
        "is_refused": entry.outcome == "refused",
        "reason": entry.reason.as_deref().map(|reason| reason.replace('_', " ")),
        "by": by,
        "whom": whom.map(|id| names.account(id)),
        "address": entry.address().map(|address| address.to_string()),
        "ways": ways(entry, names),
        "facts": facts(entry),
        "is_erased": entry.personal.is_none(),
    })
}

/// Where one can follow it to.
fn ways(entry: &Entry, names: &Names) -> Vec<Value> {
    let way = |words: String, name: &str, value: &str| {
        let href = Address::of(PAGE, "").with(&[(name, Some(value))]).href();
        json!({"words": words, "href": href})
    };
    let mut ways = Vec::new();
    if !entry.request_id.is_empty() {
        let words = "Everything of this request".to_owned();
        ways.push(way(words, "request", &entry.request_id));
    }
    // Where the server tells the end of being signed in as somebody, nobody has done it, and yet there is one whom it concerns.
    let by = entry.actor_id.or_else(|| entry.administrator());
    let mut people = vec![by, entry.account_id];
    people.dedup();
    for id in people.into_iter().flatten() {
        let name = names
            .0
            .get(&id)
            .map_or("the account that is gone", String::as_str);
        ways.push(way(
            format!("Everything of {name}"),
            "person",
            &id.to_string(),
        ));
    }
    if let Some(address) = entry.address() {
        let address = address.to_string();
        ways.push(way(
            format!("Everything from {address}"),
            "address",
            &address,
        ));
    }
    ways
}

/// Everything that it holds, each with its name.
fn facts(entry: &Entry) -> Vec<(String, String)> {
    let id = |id: Option<AccountId>| id.map(|id| id.to_string());
    let fixed = [
        ("Event", Some(entry.event.clone())),
        (
            "Place in the chain",
            Some(
                entry
                    .seq
                    .map_or("not yet".to_owned(), |seq| seq.to_string()),
            ),
        ),
        ("Entry", Some(entry.id.to_string())),
        ("Request", Some(entry.request_id.clone())),
        ("Account that did it", id(entry.actor_id)),
        ("Account that it happened to", id(entry.account_id)),
        ("Session", entry.session_id.map(|id| id.to_string())),
        ("Digest", entry.digest.as_deref().map(crypto::hex)),
    ];
    let fixed = fixed
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let details: Map<String, Value> = serde_json::from_str(&entry.details).unwrap_or_default();
    let free = details.into_iter().chain(entry.personal_facts());
    let free = free.flat_map(|(name, value)| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let browser =
            (name == "user_agent").then(|| ("Browser".to_owned(), user_agent::words(&text)));
        browser.into_iter().chain([(in_words(&name), text)])
    });
    fixed.chain(free).collect()
}
