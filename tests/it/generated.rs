//! Generated files are as the program makes them. `GATEPOST_TEST_ACCEPT=1 cargo test generated` writes them anew.

use std::fs;

use crate::support::{contract, source};

#[test]
fn openapi_json_is_the_document_of_the_program() {
    let made = serde_json::to_string_pretty(&*contract::DOCUMENT).unwrap();
    assert_current("openapi.json", &made);
}

#[test]
fn config_default_toml_is_the_manual_of_the_settings() {
    assert_current(
        "config.default.toml",
        &gatepost::config::describe::default_toml(),
    );
}

fn assert_current(path: &str, made: &str) {
    let made = format!("{}\n", made.trim_end());
    let file = source::root().join(path);
    if std::env::var_os("GATEPOST_TEST_ACCEPT").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    if let Some(line) = (1..)
        .zip(made.lines().zip(committed.lines()))
        .find(|(_, (made, known))| made != known)
    {
        let (number, (made, known)) = line;
        panic!(
            "{path}, line {number}:\n  the program says: {made}\n  the file says:    {known}\n{}",
            advice(path)
        );
    }
    assert!(
        made == committed,
        "{path} has another length than what the program makes.\n{}",
        advice(path)
    );
}

fn advice(path: &str) -> String {
    format!(
        "Run `make openapi` (or this test with GATEPOST_TEST_ACCEPT=1) and read the diff of {path} as a reviewer would."
    )
}
