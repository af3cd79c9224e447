//! `docs/throttling.md`: its numbers are those of a server that nobody has configured, and its list of ways in is complete.

use gatepost::config::Config;

use crate::support::contract::{self, resolve};
use crate::support::source::{self, assert_none};

const PAPER: &str = "docs/throttling.md";

/// The rows of all tables: the texts of their cells.
fn rows() -> Vec<Vec<String>> {
    let text = source::read(PAPER);
    let lines = text.lines().filter(|line| line.starts_with("| "));
    lines
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// Every setting and its default, as the manual writes it.
fn defaults() -> Vec<(String, String)> {
    let (mut section, mut found) = (String::new(), Vec::new());
    for line in source::read("config.default.toml").lines() {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = format!("{name}.");
        } else if let Some((key, value)) = line.split_once(" = ")
            && !line.starts_with('#')
        {
            found.push((
                format!("{section}{key}"),
                value.trim_matches('"').to_owned(),
            ));
        }
    }
    found
}

/// What stands in backticks in a cell, if that is all of it.
fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

#[test]
fn its_numbers_are_the_defaults() {
    let defaults = defaults();
    let mut seen = Vec::new();
    let mut faults = Vec::new();
    for row in rows() {
        let Some(name) = row.first().and_then(|cell| code(cell)) else {
            continue;
        };
        let Some((_, value)) = defaults.iter().find(|(key, _)| key == name) else {
            continue;
        };
        seen.push(name.to_owned());
        if row.get(1).and_then(|cell| code(cell)) != Some(value.as_str()) {
            faults.push(format!("{name} is {value}, the page says {:?}", row.get(1)));
        }
    }
    // Every setting that throttles is explained.
    for (name, _) in &defaults {
        let throttles = name.starts_with("login.")
            || name.contains("per_network")
            || name.contains("per_address")
            || [
                "session.device_lifetime",
                "passwords.queue",
                "passwords.deadline",
            ]
            .contains(&name.as_str());
        if throttles && !seen.contains(name) {
            faults.push(format!("{name} is not on the page"));
        }
    }
    assert_none(&faults, &format!("Correct {PAPER}:"));
}

#[test]
fn what_the_program_fixes_is_said_as_it_is() {
    let text = source::read(PAPER);
    let a_few = gatepost::notices::A_FEW;
    let hours = a_few.window.as_secs() / 3600;
    let login = Config::default().login;
    for part in [
        format!("{} of one kind in {hours} hours", a_few.most),
        format!(
            "{} minutes, then {}, then {}",
            login.lock_first.get().as_secs() / 60,
            login.lock_first.get().as_secs() / 30,
            login.lock_first.get().as_secs() / 15
        ),
    ] {
        assert!(text.contains(&part), "{PAPER} does not say {part:?}");
    }
}

#[test]
fn it_names_every_operation_that_answers_with_tokens() {
    let mut faults = Vec::new();
    let listed: Vec<String> = rows()
        .iter()
        .filter_map(|row| Some(code(row.get(1)?)?.to_owned()))
        .collect();
    for operation in contract::operations() {
        let responses = operation.value["responses"].as_object().expect("responses");
        let issues = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .any(|(_, response)| {
                let schema = &resolve(response)["content"]["application/json"]["schema"];
                schema["$ref"] == "#/components/schemas/Token"
            });
        if issues != listed.contains(&operation.id().to_owned()) {
            let id = operation.id();
            faults.push(format!("{id} issues tokens: {issues}; listed: {}", !issues));
        }
    }
    assert_none(&faults, &format!("Correct the ways in of {PAPER}:"));
}

#[test]
fn it_names_every_file_that_begins_a_session() {
    let text = source::read(PAPER);
    let mut faults = Vec::new();
    for file in source::files("src", ".rs") {
        let mut lines = file.code();
        let begins = lines.any(|(_, line)| {
            line.contains("sessions::start(") || line.contains("sessions::renew(")
        });
        if begins && !text.contains(&format!("`{}`", file.path)) {
            faults.push(format!("{} begins sessions", file.path));
        }
    }
    assert_none(&faults, &format!("Add the way in to {PAPER}:"));
}
