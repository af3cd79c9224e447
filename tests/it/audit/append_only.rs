//! Nothing but the chain and the erasing of personal details ever changes an entry, and nothing deletes one.

use crate::support::source::{self, assert_none};

/// The statements that may, with the columns that each sets.
const ALLOWED: [(&str, &str); 4] = [
    (
        "SET_PLACE",
        "SET seq = $2, digest = $3 WHERE id = $1 AND seq IS NULL",
    ),
    (
        "ERASE_OF",
        "SET personal = NULL, personal_salt = NULL WHERE",
    ),
    (
        "ERASE_NAMING",
        "SET personal = NULL, personal_salt = NULL WHERE",
    ),
    (
        "ERASE_OLDER",
        "SET personal = NULL, personal_salt = NULL WHERE",
    ),
];

#[test]
fn no_other_statement_changes_or_deletes_entries() {
    let mut files = source::files("src", ".rs");
    files.extend(source::files("migrations", ".sql"));
    let (mut found, mut allowed) = (Vec::new(), 0);
    for file in &files {
        let text = file.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let folded = text.to_ascii_lowercase();
        for word in [
            "update audit_entries",
            "delete from audit_entries",
            "truncate audit_entries",
            "truncate table audit_entries",
            "drop table audit_entries",
            "replace into audit_entries",
            "into audit_entries",
        ] {
            for (place, _) in folded.match_indices(word) {
                let (before, after) = (&text[..place], &text[place..]);
                let is_insert = word == "into audit_entries" && before.ends_with("\"INSERT ");
                let is_allowed = ALLOWED.iter().any(|(name, sets)| {
                    before.ends_with(&format!("{name} = \""))
                        && after["UPDATE audit_entries ".len()..].starts_with(sets)
                });
                allowed += usize::from(is_allowed);
                if !is_allowed && !is_insert {
                    let end = after.len().min(80);
                    found.push(format!("{}: {}", file.path, &after[..end]));
                }
            }
        }
    }
    assert_none(&found, "Entries of the audit log are only ever added:");
    assert_eq!(allowed, ALLOWED.len());
}

#[test]
fn nothing_that_is_deleted_takes_entries_with_it() {
    for file in source::files("migrations", ".sql") {
        let Some((_, table)) = file.text.split_once("CREATE TABLE audit_entries") else {
            continue;
        };
        let table = table.split(");\n").next().unwrap();
        assert!(
            !table.contains("REFERENCES"),
            "{}: an entry outlives what it names",
            file.path
        );
    }
}
