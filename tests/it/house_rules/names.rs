//! Names: of files, of tests, and the first sentence of each file.

use crate::support::source::{self, assert_none};

const BANNED: [&str; 6] = ["utils", "helpers", "common", "misc", "core", "types"];

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let head = |file: &source::Source| {
        let lines = file
            .text
            .lines()
            .map_while(|line| line.strip_prefix("//! "));
        lines.collect::<Vec<_>>().join(" ")
    };
    let is_sentence = |text: &str| {
        text.starts_with(|c: char| c.is_uppercase() || c == '`') && text.ends_with(['.', ')'])
    };
    let silent = source::files("src", ".rs")
        .into_iter()
        .filter(|file| !is_sentence(&head(file)));
    // A test of an operation may name it and say no more.
    let silent = silent.chain(
        source::files("tests/it", ".rs")
            .into_iter()
            .filter(|file| head(file).is_empty()),
    );
    let silent: Vec<String> = silent.map(|file| file.path).collect();
    assert_none(
        &silent,
        "A file begins with `//!` and a sentence: what it is for, and for an operation its doors.",
    );
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let mut files = source::files("src", ".rs");
    files.extend(source::files("tests/it", ".rs"));
    let empty: Vec<String> = files
        .iter()
        .filter(|file| BANNED.contains(&file.stem()))
        .map(|file| file.path.clone())
        .collect();
    assert_none(
        &empty,
        "Name the file by what its contents have in common; if they have nothing, they belong elsewhere.",
    );
}

#[test]
fn types_are_called_what_the_documents_call_them() {
    let mut found = Vec::new();
    for file in source::files("src", ".rs") {
        for (number, line) in file.code() {
            let words: Vec<&str> = line
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .collect();
            let name = words
                .windows(2)
                .find(|pair| ["struct", "enum", "trait"].contains(&pair[0]))
                .map(|pair| pair[1]);
            let suffixes = ["Dto", "Model", "Manager", "Service", "Helper"];
            if name.is_some_and(|name| suffixes.iter().any(|suffix| name.ends_with(suffix))) {
                found.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    // A role, and what the documents call it.
    found.retain(|line| !line.contains("Role::Manager"));
    assert_none(
        &found,
        "A type is the noun that the documents use, such as `Account` or `Session`:",
    );
}

#[test]
fn statements_and_promises_are_kept() {
    let mut found = Vec::new();
    for file in source::files("src", ".rs") {
        for (number, line) in (1..).zip(file.text.lines()) {
            let words = [
                "TODO",
                "FIXME",
                "XXX",
                "HACK",
                "unimplemented!",
                "todo!",
                "#[allow(",
                "#![allow(",
            ];
            if let Some(word) = words.iter().find(|word| line.contains(*word)) {
                found.push(format!("{}:{number}: {word}", file.path));
            }
        }
    }
    assert_none(
        &found,
        "Do it, or do not promise it; `#[expect(…, reason)]` instead of `allow`:",
    );
}

#[test]
fn modules_are_introduced_in_reading_order() {
    let text = source::read("src/lib.rs");
    let listed = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut listed: Vec<&str> = listed.collect();
    let mut present: Vec<String> = source::files("src", ".rs")
        .iter()
        .map(|file| file.module().to_owned())
        .collect();
    present.retain(|module| module != "lib" && module != "main");
    present.dedup();
    listed.sort_unstable();
    present.sort_unstable();
    present.dedup();
    assert_eq!(listed, present, "src/lib.rs lists every module");
}
