//! `docs/commands.md` and the program say the same: every act of the console has a command, and every command prints JSON.

use super::Machine;
use crate::console::roles::doors;
use crate::support::contract;
use crate::support::source::{self, assert_none};

const PAPER: &str = "docs/commands.md";

/// Commands whose output is no object: a server, a document, a page, lines of JSON, or a group that is none itself.
const WITHOUT_JSON: [&str; 6] = [
    "gatepost serve",
    "gatepost openapi",
    "gatepost completions",
    "gatepost man",
    "gatepost audit export",
    "gatepost help",
];

/// The cells of every row of the page's tables.
fn rows() -> Vec<Vec<String>> {
    let text = source::read(PAPER);
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Act and"));
    let cells = |line: &str| {
        let parts = line.trim_matches('|').split(" | ");
        parts.map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// What stands between backticks and begins with `with`.
fn quoted<'a>(cell: &'a str, with: &'a str) -> impl Iterator<Item = &'a str> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.filter(move |text| text.starts_with(with))
}

/// The words of a command before what it is about: `gatepost user lock WHO` is `user lock`.
fn words(command: &str) -> Vec<&str> {
    let words = command.split(' ').skip(1);
    words
        .take_while(|word| {
            word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
        })
        .collect()
}

#[tokio::test]
async fn every_command_that_the_page_names_exists_with_its_options() {
    let machine = Machine::new().await;
    let mut missing = Vec::new();
    for row in rows() {
        for command in row.iter().flat_map(|cell| quoted(cell, "gatepost ")) {
            let words = words(command);
            let help = machine.run(&[&words[..], &["--help"]].concat());
            let options = command.split(' ').filter(|word| word.starts_with("--"));
            let absent = options.filter(|option| !help.out.contains(option)).count();
            let is_group = help.out.contains("<COMMAND>");
            if help.code != 0 || absent > 0 || is_group {
                missing.push(command.to_owned());
            }
        }
    }
    assert_none(
        &missing,
        "docs/commands.md names commands that are not there:",
    );
}

#[test]
fn every_act_of_the_console_stands_on_the_page_with_its_command() {
    let rows = rows();
    let mut faults = Vec::new();
    for (method, path) in doors() {
        let door = format!("`{method} {path}`");
        let row = rows
            .iter()
            .find(|row| row.first().is_some_and(|cell| cell.contains(&door)));
        // A question before an act is no act, and looking is told by the page it is about.
        let is_question = method == "GET" && path.contains("/act");
        match row {
            None if is_question => {}
            None => faults.push(format!("{door} is missing")),
            Some(row) if row[1].starts_with("none: ") => {}
            Some(row) if quoted(&row[1], "gatepost ").next().is_none() => {
                faults.push(format!("{door} has no command"));
            }
            Some(_) => {}
        }
    }
    assert_none(&faults, "Add these rows to docs/commands.md:");
}

#[test]
fn every_operation_that_the_page_names_exists() {
    let known: Vec<String> = contract::operations()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let mut missing = Vec::new();
    for row in rows() {
        let cell = row.get(2).cloned().unwrap_or_default();
        let named: Vec<&str> = quoted(&cell, "").collect();
        let absent = named
            .iter()
            .filter(|name| !known.contains(&(**name).to_owned()));
        missing.extend(absent.map(|name| (*name).to_owned()));
        if named.is_empty() && cell != "–" {
            missing.push(format!("{}: {cell:?} names nothing and is no –", row[0]));
        }
    }
    assert_none(
        &missing,
        "docs/commands.md names operations that are not there:",
    );
}

#[tokio::test]
async fn every_command_prints_json_when_it_is_asked_to() {
    let machine = Machine::new().await;
    let man = machine.done(&["man"]);
    let commands = man
        .lines()
        .filter_map(|line| line.strip_prefix(".SS \"")?.strip_suffix('"'));
    let commands: Vec<&str> = commands.collect();
    assert!(commands.len() > 35, "{commands:?}");
    let mut without = Vec::new();
    for command in commands {
        let help = machine.done(&[&words(command)[..], &["--help"]].concat());
        if !help.contains("--json") && !WITHOUT_JSON.contains(&command) {
            without.push(command.to_owned());
        }
    }
    assert_none(&without, "These commands have no --json:");
}
