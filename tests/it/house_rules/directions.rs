//! Directions: who may use whom. A program in which everybody uses everybody cannot be read in any order.

use crate::support::source::{self, Source, assert_none};

/// The modules between two headings of `lib.rs`.
fn listed(from: &str, to: &str) -> Vec<String> {
    let text = source::read("src/lib.rs");
    let part = text
        .split(&format!("// {from}\n"))
        .nth(1)
        .unwrap_or_else(|| panic!("lib.rs has no `// {from}`"));
    let part = part.split(&format!("// {to}\n")).next().unwrap_or(part);
    part.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

/// The modules of the crate that a file names, each with the number of the line.
fn used(file: &Source) -> Vec<(String, usize)> {
    let code: String = file
        .text
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                "\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    let mut found = Vec::new();
    for (place, name) in code.match_indices("crate::") {
        let number = code[..place].matches('\n').count() + 1;
        let rest = &code[place + name.len()..];
        // `use crate::{a, b::c};` names several.
        let names = rest.strip_prefix('{').map_or_else(|| vec![rest], top_level);
        found.extend(names.into_iter().map(|name| (first_word(name), number)));
    }
    found
}

fn first_word(text: &str) -> String {
    let word = text
        .trim()
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next();
    word.unwrap_or_default().to_owned()
}

/// The parts of a list in braces, without those of inner braces.
fn top_level(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut begin) = (Vec::new(), 0, 0);
    for (place, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&list[begin..place]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[begin..place]);
                begin = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[begin..]);
    parts
}

#[test]
fn features_use_only_features_above_them() {
    let features = listed("Features", "The whole");
    assert!(features.len() > 8, "{features:?}");
    let mut found = Vec::new();
    for file in source::files("src", ".rs") {
        let Some(own) = features.iter().position(|feature| feature == file.module()) else {
            continue;
        };
        for (name, number) in used(&file) {
            if features
                .iter()
                .position(|feature| *feature == name)
                .is_some_and(|other| other > own)
            {
                found.push(format!(
                    "{}:{number}: {} uses {name}",
                    file.path,
                    file.module()
                ));
            }
        }
    }
    assert_none(
        &found,
        "A feature uses only those above it in src/lib.rs. Move what both need up, or call from below:",
    );
}

#[test]
fn nothing_uses_the_whole_but_its_app() {
    let mut found = Vec::new();
    for file in source::files("src", ".rs")
        .iter()
        .filter(|file| !["app", "cli", "main", "lib"].contains(&file.module()))
    {
        for (number, line) in file
            .code()
            .filter(|(_, line)| line.contains("crate::cli") || line.contains("crate::app::"))
        {
            let is_app = line.contains("crate::app::App") || line.contains("crate::app::openapi()");
            if !is_app {
                found.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    assert_none(
        &found,
        "main → cli → app → features → the rest: what is needed further down stands further down:",
    );
}

#[test]
fn the_drivers_are_named_only_in_db() {
    let drivers = [
        "rusqlite",
        "tokio_postgres",
        "deadpool_postgres",
        "libsqlite3",
    ];
    let found = naming(&drivers, |file| file.module() == "db");
    assert_none(
        &found,
        "Only src/db/ knows which engines there are; it offers `execute, optional, one, all`:",
    );
}

#[test]
fn axum_is_named_only_where_http_is_spoken() {
    let features = listed("Features", "The whole");
    let found = naming(&["axum::", "axum_", "hyper::", "tower::"], |file| {
        let is_door = [
            "pub(super) async fn ",
            "FromRequestParts<App>",
            "Router",
            "routes!(",
        ]
        .iter()
        .any(|sign| file.text.contains(sign));
        let is_plain = file.stem().ends_with("store") || file.stem() == "model";
        match file.module() {
            "http" | "app" | "cli" => true,
            feature => features.iter().any(|known| known == feature) && is_door && !is_plain,
        }
    });
    assert_none(
        &found,
        "Operations know nothing of HTTP; their doors do (`pub(super) async fn api`, below the operation):",
    );
}

#[test]
fn the_system_is_asked_for_the_time_in_one_place() {
    let found = naming(
        &[
            "SystemTime::now(",
            "Timestamp::now(",
            "Zoned::now(",
            "time::SystemTime",
        ],
        |file| file.path == "src/clock.rs",
    );
    assert_none(&found, "Ask `app.clock`, so that tests can move the time:");
}

#[test]
fn randomness_comes_from_few_places() {
    let calls = [
        "rand::rng(",
        "rand::random",
        "rand::fill",
        "SystemRandom::",
        "OsRng",
        "getrandom",
        "Uuid::new_v4(",
        "Uuid::now_v7(",
    ];
    let found = naming(&calls, |file| {
        // The lint asks for the reason of an exception; one library wants a generator of its own to make a key pair.
        let is_argued =
            file.text.contains("clippy::disallowed_methods") || file.path == "src/keys/keyring.rs";
        file.path == "src/ids.rs" || file.module() == "crypto" || is_argued
    });
    assert_none(
        &found,
        "Identifiers come from `ids`, secrets from `crypto`; an exception is argued by `#[expect(clippy::disallowed_methods, reason)]`:",
    );
}

/// The lines with one of `words` in files that are not `allowed`.
fn naming(words: &[&str], allowed: impl Fn(&Source) -> bool) -> Vec<String> {
    let files = source::files("src", ".rs");
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !allowed(file)) {
        for (number, line) in file
            .code()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
        {
            found.push(format!("{}:{number}: {}", file.path, line.trim()));
        }
    }
    found
}
