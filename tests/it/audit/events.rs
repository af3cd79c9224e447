//! Every kind of event is written by some code, documented, and has words for the person whom it concerns.

use gatepost::audit::{Entry, Event};
use gatepost::clock::Timestamp;
use gatepost::history;
use gatepost::ids::{AccountId, EntryId};

use crate::support::source::{self, assert_none};

#[test]
fn every_kind_is_written_by_some_code() {
    let files = source::files("src", ".rs");
    let code: String = files
        .iter()
        .filter(|file| {
            !["audit/event.rs", "history/words.rs"]
                .iter()
                .any(|end| file.path.ends_with(end))
        })
        .flat_map(|file| file.code().map(|(_, line)| format!("{line}\n")))
        .collect();
    let is_written = |event: &Event| {
        let name = format!("Event::{event:?}");
        let follows = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        code.match_indices(&name)
            .any(|(place, _)| follows(&code[place + name.len()..]))
    };
    let silent = Event::ALL.iter().filter(|event| !is_written(event));
    let silent: Vec<String> = silent.map(|event| format!("{event:?}")).collect();
    assert_none(
        &silent,
        "Nothing writes these events: write them where they happen, or take them out of src/audit/event.rs:",
    );
}

#[test]
fn the_document_lists_every_kind_with_its_meaning() {
    let declared = source::read("src/audit/event.rs");
    let (mut meaning, mut rows) = (String::new(), Vec::new());
    for line in declared.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            text.clone_into(&mut meaning);
        }
        if let Some((_, code)) = line
            .split_once(" = \"")
            .filter(|(name, _)| !name.contains(' '))
        {
            rows.push(format!(
                "| `{}` | {meaning} |",
                code.trim_end_matches("\";")
            ));
        }
    }
    assert_eq!(rows.len(), Event::ALL.len());
    let document = source::read("docs/audit.md");
    let table = document.split("## Events\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let listed: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(
        listed, rows,
        "Copy the events of src/audit/event.rs into docs/audit.md"
    );
}

#[test]
fn the_document_names_every_field_of_the_chain() {
    let document = source::read("docs/audit.md");
    let entry = source::read("src/audit/entry.rs");
    let canonical = entry.split("json!([").nth(1).unwrap();
    let canonical = canonical.split("]);").next().unwrap();
    let fields = canonical
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let names: Vec<&str> = fields
        .map(|part| {
            part.trim_start_matches("crypto::hex(&self.")
                .trim_start_matches("self.")
        })
        .map(|part| part.trim_end_matches(')').trim_end_matches(".0"))
        .collect();
    assert!(
        document.contains(&format!("[{}]", names.join(","))),
        "{names:?}"
    );
}

#[test]
fn every_kind_has_words_of_its_own() {
    let me = AccountId::new();
    for event in Event::ALL {
        let entry = Entry {
            id: EntryId::new(),
            seq: None,
            at: Timestamp(0),
            event: event.code().to_owned(),
            outcome: "done".to_owned(),
            reason: None,
            actor_kind: "account".to_owned(),
            actor_id: Some(me),
            account_id: Some(me),
            session_id: None,
            request_id: String::new(),
            details: "{}".to_owned(),
            personal: None,
            personal_salt: None,
            personal_digest: Vec::new(),
            digest: None,
        };
        let said = history::sentence(&entry, me, history::By::You);
        let fallback = format!("{}.", event.code().replace('_', " "));
        assert_ne!(
            said, fallback,
            "{event:?} has no words in src/history/words.rs"
        );
        assert!(
            said.starts_with(char::is_uppercase) && said.ends_with('.'),
            "{said}"
        );
    }
}
