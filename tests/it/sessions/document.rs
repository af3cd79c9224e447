//! `docs/sessions.md`: its numbers are the defaults, and its reasons are those that there are.

use gatepost::config::Config;
use gatepost::sessions::Ending;

use crate::support::source;

/// The cells of the row of a table that begins with `first`.
fn row(document: &str, first: &str) -> Vec<String> {
    let begin = format!("| {first} |");
    let line = document.lines().find(|line| line.starts_with(&begin));
    let line = line.unwrap_or_else(|| panic!("no row {begin}"));
    let cells = line.trim_matches('|').split(" | ");
    cells.map(|cell| cell.trim().to_owned()).collect()
}

#[test]
fn its_numbers_are_the_defaults() {
    let document = source::read("docs/sessions.md");
    let config = Config::default();
    let session = &config.session;
    for (setting, value) in [
        ("session.idle", session.idle.in_words()),
        ("session.lifetime", session.lifetime.in_words()),
        ("session.fresh", session.fresh.in_words()),
        ("session.refresh_grace", session.refresh_grace.in_words()),
        ("session.per_account", session.per_account.to_string()),
        ("tokens.lifetime", config.tokens.lifetime.in_words()),
    ] {
        assert_eq!(row(&document, &format!("`{setting}`"))[1], value);
    }
}

#[test]
fn it_lists_every_reason() {
    let document = source::read("docs/sessions.md");
    for why in Ending::ALL {
        assert_eq!(
            row(&document, &format!("`{}`", why.code()))[1],
            why.words(),
            "{why:?}"
        );
    }
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.count(), Ending::ALL.len() + 6, "no row too many");
}
