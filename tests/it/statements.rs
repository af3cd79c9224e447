//! Statements: every one is understood by the database, and none hides from this test.

use std::collections::HashMap;

use gatepost::app;
use gatepost::db::{Dialect, Run};

use crate::support::TestApp;
use crate::support::source::{self, Source, assert_none};

#[tokio::test]
async fn each_is_understood_by_the_database() {
    let app = TestApp::start().await;
    let statements = app::statements(app.db.dialect());
    assert!(
        statements.len() > 30,
        "only {} statements",
        statements.len()
    );
    let mut faults = Vec::new();
    for (name, sql) in statements {
        if let Err(fault) = app.db.prepare(&sql).await {
            faults.push(format!("{name}: {fault}\n    {sql}"));
        }
    }
    assert_none(&faults, "The database does not understand:");
}

/// Names in the `statements!` blocks of a file.
fn declared(file: &Source) -> Vec<String> {
    let mut names = Vec::new();
    for block in blocks(file) {
        let lines = block
            .lines()
            .filter_map(|line| line.trim_start().split_once(" = "));
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
        };
        // Continuation lines of a statement begin deeper than its name.
        names.extend(
            lines
                .filter(|(name, _)| is_name(name))
                .map(|(name, _)| name.to_owned()),
        );
    }
    names
}

fn blocks(file: &Source) -> impl Iterator<Item = &str> {
    let parts = file.text.split("\nstatements! {\n").skip(1);
    parts.map(|part| part.split("\n}\n").next().unwrap_or_default())
}

#[test]
fn each_declared_one_is_in_the_list() {
    let mut listed: HashMap<String, usize> = HashMap::new();
    for (name, _) in app::statements(Dialect::Sqlite) {
        *listed.entry(name).or_default() += 1;
    }
    let mut missing = Vec::new();
    for file in source::files("src", ".rs") {
        for name in declared(&file) {
            let full = format!("{} {name}", file.module());
            if !listed.contains_key(&full) {
                missing.push(format!("{}: {name} (looked for {full:?})", file.path));
            }
        }
    }
    assert_none(
        &missing,
        "Add the `STATEMENTS` of these files to `app::statements()`, under the name of their feature:",
    );
}

#[test]
fn none_stands_outside_of_the_list() {
    let app_file = source::read("src/app.rs");
    let mut found = Vec::new();
    for file in source::files("src", ".rs")
        .into_iter()
        .filter(|file| file.module() != "db")
    {
        // A file may put statements together, if it has a function that answers all of them and `app.rs` calls it.
        let lists_them = file.text.lines().any(|line| {
            let name = line
                .split("fn ")
                .nth(1)
                .and_then(|rest| rest.split('(').next());
            line.contains(") -> Vec<String>")
                && name.is_some_and(|name| app_file.contains(&format!("{name}(")))
        });
        let declared: Vec<&str> = blocks(&file).collect();
        for (number, line) in file.code() {
            let is_statement = [
                "\"SELECT ",
                "\"INSERT INTO ",
                "\"UPDATE ",
                "\"DELETE FROM ",
                "\"WITH ",
            ];
            let is_sql = is_statement.iter().any(|begin| line.contains(begin));
            if is_sql && !lists_them && !declared.iter().any(|block| block.contains(line)) {
                found.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    assert_none(
        &found,
        "SQL stands in a `statements! { … }` of the feature's `store.rs`, so that a test prepares it on both databases:",
    );
}

/// Statements that may read a table or an index from one end to the other, and why.
const MAY_SCAN: [(&str, &str); 19] = [
    ("accounts GET_TOTAL", "sixteen rows"),
    (
        "accounts FIND_ERROR",
        "compares the kept count with the table, once after each start",
    ),
    (
        "accounts list",
        "a search looks into the middle of names, and some filters fit nearly everybody",
    ),
    (
        "audit",
        "the two lists that one is made of, each cut off before",
    ),
    (
        "invitations COUNT",
        "people are invited one by one: a small table",
    ),
    ("invitations DELETE_OLD", "a small table"),
    ("keys DELETE_RETIRED", "a few rows"),
    ("keys LIST", "a few rows"),
    ("keys LIST_DATES", "a few rows"),
    ("keys RETIRE_OTHERS", "a few rows"),
    (
        "leaving LIST_INVITED",
        "a small table, read for a download of one's data",
    ),
    ("mail COUNT_SOME_DEAD", "of what was cut off before"),
    ("mail COUNT_SOME_SENT", "of what was cut off before"),
    ("mail COUNT_SOME_WAITING", "of what was cut off before"),
    (
        "mail COUNT_UNSENT",
        "an operator tries all mails again that were given up",
    ),
    ("passwords COUNT_ACCOUNTS", "sixteen rows"),
    (
        "statistics COUNT_BY_DAY",
        "the worker looks at all accounts now and then, and no request does",
    ),
    ("statistics LIST_OF", "a row for each day and figure"),
    (
        "sessions END_EVERYONES",
        "ends all open sessions, and reads no others",
    ),
];

/// What a plan reads as a whole, unless it goes along an index and stops when it has enough.
fn scans(plan: &[String], stops_early: bool) -> Vec<&String> {
    let is_whole = |step: &&String| {
        step.starts_with("SCAN ")
            && !step.starts_with("SCAN CONSTANT")
            && !(stops_early && step.contains(" USING "))
    };
    plan.iter().filter(is_whole).collect()
}

#[tokio::test]
async fn none_reads_a_whole_table() {
    let app = TestApp::start().await;
    if app.db.dialect() != Dialect::Sqlite {
        // PostgreSQL chooses by what is in the tables, and these are empty. The indexes are the same.
        return;
    }
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for (name, sql) in app::statements(Dialect::Sqlite) {
        let explain = format!("EXPLAIN QUERY PLAN {sql}");
        let rows = app.db.all(&explain, &[]).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail").unwrap()).collect();
        let scans = scans(&plan, sql.contains(" LIMIT "));
        if scans.is_empty() {
            continue;
        }
        seen.push(name.clone());
        if !MAY_SCAN.iter().any(|(allowed, _)| *allowed == name) {
            found.push(format!("{name}: {scans:?}\n    {sql}"));
        }
    }
    assert_none(
        &found,
        "Give the table an index, or name the statement in MAY_SCAN with the reason why its table stays small:",
    );
    let needless = MAY_SCAN
        .iter()
        .filter(|(name, _)| !seen.contains(&(*name).to_owned()));
    let needless: Vec<String> = needless.map(|(name, _)| (*name).to_owned()).collect();
    assert_none(
        &needless,
        "These scan nothing any more; take them out of MAY_SCAN:",
    );
}

#[test]
fn accounts_come_and_go_where_they_are_counted() {
    let mut found = Vec::new();
    for (name, sql) in app::statements(Dialect::Sqlite) {
        let changes = ["INSERT INTO accounts ", "DELETE FROM accounts "];
        if changes.iter().any(|begin| sql.starts_with(begin)) {
            found.push(name);
        }
    }
    assert_eq!(
        found,
        [
            "accounts INSERT",
            "accounts DELETE",
            // Of an import, in three sizes: counted together, in the same function.
            "accounts list",
            "accounts list",
            "accounts list",
        ],
        "Whoever inserts or deletes accounts calls `accounts::store`, which keeps their number"
    );
}
