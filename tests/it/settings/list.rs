//! What is listed, and what is never shown.

use std::path::PathBuf;

use gatepost::config::{Loaded, Sources, describe, keys, load};

/// What must not be seen, in letters that every kind of setting takes.
const CANARY: &str = "canary0canary0canary0canary0canary0canary0";

/// Names under which there can only be a secret.
const SECRET_NAMES: [&str; 5] = ["secret", "password", "token", "headers", "credential"];

/// The settings with one of them given by the environment, if it can be like that.
fn given(variable: &str, value: &str) -> Option<Loaded> {
    let mut environment = vec![(variable.to_owned(), value.to_owned())];
    if variable == "GATEPOST_MAIL_SMTP_PASSWORD" {
        // It takes a server and a name to go with it.
        for (name, value) in [
            ("GATEPOST_MAIL_FROM", "a@example.com"),
            ("GATEPOST_MAIL_SMTP_HOST", "smtp.example.com"),
            ("GATEPOST_MAIL_SMTP_USERNAME", "gate"),
        ] {
            environment.push((name.to_owned(), value.to_owned()));
        }
    }
    let sources = Sources {
        environment,
        directory: PathBuf::from("/nowhere"),
        ..Sources::default()
    };
    load(&sources).ok()
}

fn shown(loaded: &Loaded) -> String {
    let lines = describe::in_force(loaded);
    format!("{} {}", describe::json(&lines), describe::table(&lines))
}

#[test]
fn no_setting_shows_the_password_of_an_address() {
    let addresses = [
        format!("postgres://gate:{CANARY}@db.example.com/gate"),
        format!("postgres://gate@db.example.com/gate?password={CANARY}"),
        format!("https://gate:{CANARY}@example.com/range/"),
        format!("https://{CANARY}@example.com/range/"),
        format!("https://gate:{CANARY}/{CANARY}@example.com/range/"),
        format!("https://example.com/range/?api_key={CANARY}&x=1"),
        format!("http://:{CANARY}@localhost:4318"),
    ];
    let mut taken = 0;
    for key in keys() {
        for address in &addresses {
            if let Some(loaded) = given(&key.variable(), address) {
                taken += 1;
                let shown = shown(&loaded);
                assert!(!shown.contains("canary"), "{}: {shown}", key.name);
            }
        }
    }
    assert!(taken > 10, "only {taken} settings take an address");
}

#[test]
fn a_setting_that_is_called_a_secret_is_masked() {
    let mut planted = 0;
    for key in keys() {
        let name = key.short_name();
        let is_secret = SECRET_NAMES.iter().any(|word| name.contains(word));
        // Files that hold one are named, and how long something lasts is told.
        let loaded = given(&key.variable(), CANARY);
        let Some(loaded) = loaded.filter(|_| is_secret && !name.ends_with("_file")) else {
            continue;
        };
        planted += 1;
        let shown = shown(&loaded);
        assert!(!shown.contains("canary"), "{}: {shown}", key.name);
        assert!(shown.contains("***"), "{}: {shown}", key.name);
    }
    assert_eq!(planted, 2, "keys.secret and mail.smtp_password");
}

#[test]
fn every_setting_has_its_default_its_meaning_and_where_it_comes_from() {
    let loaded = given("GATEPOST_PRODUCT", "Lock & Key").unwrap();
    let lines = describe::in_force(&loaded);
    assert_eq!(lines.len(), keys().count());
    assert!(lines.iter().all(|line| !line.about.is_empty()));
    let line = |name: &str| lines.iter().find(|line| line.key == name).unwrap();
    let product = line("product");
    assert_eq!(product.origin, "environment GATEPOST_PRODUCT");
    assert_eq!(product.default.as_str(), Some("Gatepost"));
    assert!(!product.is_default);
    let lifetime = line("session.lifetime");
    assert_eq!(
        (lifetime.origin.as_str(), lifetime.is_default),
        ("default", true)
    );
    assert!(
        lifetime.about.ends_with("From 1s to 400d."),
        "{}",
        lifetime.about
    );
}

#[test]
fn is_searched_by_words_and_for_what_was_changed() {
    let loaded = given("GATEPOST_PRODUCT", "Lock & Key").unwrap();
    let found = |q: &str, changed: bool| -> Vec<&str> {
        let lines = describe::select(describe::in_force(&loaded), q, changed);
        lines.into_iter().map(|line| line.key).collect()
    };
    assert_eq!(found("", true), ["product"]);
    assert_eq!(found("lock key", false), ["product"]);
    assert_eq!(
        found("GATEPOST_SESSION_LIFETIME", false),
        ["session.lifetime"]
    );
    assert_eq!(found("hash calibrate", true), [""; 0]);
    assert!(found("ARGON2", false).len() >= 3);
    assert_eq!(found("no-such-word", false), [""; 0]);
}
