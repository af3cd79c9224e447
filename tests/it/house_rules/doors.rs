//! Doors: an `operationId` is the address of an operation, of its file and of its test.

use crate::support::contract;
use crate::support::source::{self, assert_none};

/// `accounts_lock` stands in `accounts/lock`, `step_up_confirm` in `step_up/confirm`.
fn address(id: &str) -> String {
    let cuts = id.match_indices('_').map(|(place, _)| id.split_at(place));
    let mut folders = cuts.filter(|(folder, _)| source::root().join("src").join(folder).is_dir());
    let found = folders.next_back();
    found.map_or_else(
        || id.replacen('_', "/", 1),
        |(folder, verb)| format!("{folder}/{}", &verb[1..]),
    )
}

#[test]
fn every_operation_has_its_file() {
    let mut missing = Vec::new();
    for operation in contract::operations() {
        let path = format!("src/{}.rs", address(operation.id()));
        let text = std::fs::read_to_string(source::root().join(&path)).unwrap_or_default();
        if !text.contains(&format!("operation_id = \"{}\"", operation.id())) {
            missing.push(format!("{}: {path}", operation.id()));
        }
    }
    assert_none(
        &missing,
        "`feature_verb` is found in src/feature/verb.rs. Name the file by the operation, or the operation by its file:",
    );
}

#[test]
fn every_operation_has_its_test() {
    let mut missing = Vec::new();
    for operation in contract::operations() {
        let path = format!("tests/it/{}.rs", address(operation.id()));
        let text = std::fs::read_to_string(source::root().join(&path)).unwrap_or_default();
        let (folder, file) = address(operation.id())
            .split_once('/')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let above =
            std::fs::read_to_string(source::root().join(format!("tests/it/{folder}/mod.rs")))
                .unwrap_or_default();
        if !text.contains("#[tokio::test") || !above.contains(&format!("mod {file};")) {
            missing.push(format!(
                "{}: {path}, with `mod {file};` in tests/it/{folder}/mod.rs",
                operation.id()
            ));
        }
    }
    assert_none(
        &missing,
        "Write the test of the operation: does it, refuses it, unknown id:",
    );
}

#[test]
fn every_operation_says_its_doors() {
    let files = source::files("src", ".rs");
    let doors = files
        .iter()
        .filter(|file| file.text.contains("operation_id = \""));
    let silent = doors.filter(|file| {
        !file
            .text
            .lines()
            .take(10)
            .any(|line| line.starts_with("//! Door"))
    });
    let silent: Vec<String> = silent.map(|file| file.path.clone()).collect();
    assert_none(
        &silent,
        "The head of an operation's file names its doors, such as `//! Doors: `POST /users/{user_id}/lock`, …`:",
    );
}
