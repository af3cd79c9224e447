//! Secrets: read from files of their own, and never shown.

use std::fs;

use gatepost::config::{Loaded, Origin, describe, load};

use super::{fault_of_file, sources, try_load};

const SECRET: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";

/// Every way in which settings are printed.
fn printed(loaded: &Loaded) -> String {
    let lines = describe::in_force(loaded);
    let config = &loaded.config;
    format!(
        "{loaded:?} {} {} {}",
        config.keys.secret,
        describe::table(&lines),
        describe::json(&lines)
    )
}

#[test]
fn what_is_printed_masks_secrets() {
    let file = format!(
        "[keys]\nsecret = \"{SECRET}\"\n[database]\nurl = \"postgres://me:{SECRET}@host/db\"\n\
         [mail]\nfrom = \"a@b.example\"\nsmtp_host = \"s.example\"\nsmtp_username = \"u\"\n\
         smtp_password = \"{SECRET}\""
    );
    let loaded = try_load(&file, &[], &[]).unwrap();
    let printed = printed(&loaded);
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(printed.contains("postgres://me:***@host/db"), "{printed}");
    assert_eq!(loaded.config.keys.secret.expose(), SECRET);
    assert_eq!(loaded.config.mail.smtp_password.expose(), SECRET);
    assert!(loaded.config.database.url.expose().contains(SECRET));
}

#[test]
fn a_database_password_is_masked_however_it_is_written() {
    for url in [
        "postgres://me:hunter2@host/db",
        "postgres://me:hun@ter2hunter2@host/db",
        "postgres://me:a/hunter2?x@host/db",
        "postgres://:hunter2@host/db",
        "postgres:///db?user=me&password=hunter2",
        "postgresql://me@host/db?sslmode=require&PassWord=hunter2",
    ] {
        let loaded = try_load("", &[], &[("database.url", url)]).unwrap();
        assert!(
            !printed(&loaded).contains("hunter2"),
            "{}",
            printed(&loaded)
        );
        assert_eq!(loaded.config.database.url.expose(), url);

        let primary = ("database.url", "postgres://primary/db");
        let loaded = try_load("", &[], &[primary, ("database.replica_url", url)]).unwrap();
        let printed = printed(&loaded);
        assert!(!printed.contains("hunter2"), "{printed}");
        assert_eq!(loaded.config.database.replica_url.expose(), url);
    }
}

#[test]
fn faults_do_not_show_secrets() {
    for wrong in ["keys.secret = \"hunter2\"", "keys.secret = [\"hunter2\"]"] {
        let fault = fault_of_file(wrong);
        assert!(
            fault.contains("***") && !fault.contains("hunter2"),
            "{fault}"
        );
    }
    for url in ["mysql://me:hunter2@host/db", "me:hunter2@host/db"] {
        for key in ["database.url", "database.replica_url"] {
            let fault = try_load("", &[], &[(key, url)]).unwrap_err();
            assert!(!fault.contains("hunter2"), "{fault}");
        }
    }
    // SQLite has no replicas.
    let url = "postgres://me:hunter2@host/db";
    let fault = try_load("", &[], &[("database.replica_url", url)]).unwrap_err();
    assert!(!fault.contains("hunter2"), "{fault}");
    let expected = "database.replica_url = \"postgres://me:***@host/db\" is not valid; expected nothing, \
                    because database.url is SQLite, which has no replicas";
    assert!(fault.ends_with(expected), "{fault}");
}

#[test]
fn nothing_is_shown_of_a_database_address_that_is_not_understood() {
    let folder = tempfile::tempdir().unwrap();
    let expected = "database.url = \"***\" is not valid; expected postgres://user";
    for wrong in [
        "host=h password=hunter2",
        "hunter2",
        "postgres:/me:hunter2@host/db",
        "mysql://me:hunter2@host/db",
    ] {
        let fault = try_load("", &[("GATEPOST_DATABASE_URL", wrong)], &[]).unwrap_err();
        assert!(fault.contains(expected), "{fault}");
        fs::write(folder.path().join("url"), wrong).unwrap();
        let environment = [("GATEPOST_DATABASE_URL_FILE", "url")];
        let fault = load(&sources(folder.path().into(), &environment, &[])).unwrap_err();
        assert!(
            fault.starts_with(&format!("file url: {expected}")),
            "{fault}"
        );
    }
    let fault = fault_of_file("database.url = [\"postgres://me:hunter2@host/db\"]");
    assert!(fault.contains(expected), "{fault}");
    // Begins as an address does, and is none.
    for odd in [
        "postgres://me:hunter2",
        "postgres://host password=hunter2",
        "postgres://host:5432/db?user=a@b&password=hunter2",
    ] {
        let loaded = try_load("", &[], &[("database.url", odd)]).unwrap();
        let printed = printed(&loaded);
        assert!(!printed.contains("hunter2"), "{printed}");
    }
    for right in [
        "postgres://one:5432,two:5433/db",
        "postgres://me@[::1]:5432/db?sslmode=require",
        "postgres://%2Fvar%2Frun/db",
        "sqlite:a folder/x.db",
    ] {
        let loaded = try_load("", &[], &[("database.url", right)]).unwrap();
        assert_eq!(loaded.config.database.url.to_string(), right);
    }
}

#[test]
fn a_password_in_the_wrong_place_is_not_shown_either() {
    let from = ("mail.from", "a@b.example");
    for (key, wrong) in [
        ("mail.smtp_host", "me:hunter2@host"),
        ("mail.smtp_host", "smtp://me:hunter2@host"),
        ("tracing.otlp_endpoint", "me:hunter2@host"),
        ("tracing.otlp_endpoint", "http://me:hunter2@host"),
        ("database.url_file", "postgres://me:hunter2@host/db"),
    ] {
        let fault = try_load("", &[], &[from, (key, wrong)]).unwrap_err();
        assert!(fault.contains(key), "{fault}");
        assert!(!fault.contains("hunter2"), "{fault}");
    }
}

#[test]
fn an_absent_secret_is_shown_as_absent() {
    let lines = describe::in_force(&Loaded::default());
    let secret = lines.iter().find(|line| line.key == "keys.secret").unwrap();
    assert_eq!(secret.value.as_str(), Some(""));
}

#[test]
fn a_secret_is_read_from_its_file_without_the_final_newline() {
    let folder = tempfile::tempdir().unwrap();
    for (ending, kept) in [("", ""), ("\n", ""), ("\r\n", ""), ("\n\n", "\n")] {
        fs::write(folder.path().join("secret"), format!("{SECRET}{ending}")).unwrap();
        let environment = [("GATEPOST_KEYS_SECRET_FILE", "secret")];
        let loaded = load(&sources(folder.path().into(), &environment, &[])).unwrap();
        assert_eq!(
            loaded.config.keys.secret.expose(),
            format!("{SECRET}{kept}")
        );
        assert_eq!(
            loaded.origin("keys.secret"),
            Origin::SecretFile("secret".into())
        );
    }
}

#[test]
fn a_database_address_is_read_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("url"), "postgres://me:pw@host/db\n").unwrap();
    fs::write(
        folder.path().join("gatepost.toml"),
        "database.url_file = \"url\"",
    )
    .unwrap();
    let loaded = load(&sources(folder.path().into(), &[], &[])).unwrap();
    assert_eq!(
        loaded.config.database.url.expose(),
        "postgres://me:pw@host/db"
    );
}

#[test]
fn a_secret_and_its_file_together_are_a_fault() {
    let fault = fault_of_file(&format!(
        "[keys]\nsecret = \"{SECRET}\"\nsecret_file = \"secret\""
    ));
    let expected = "gatepost.toml line 2: keys.secret is set, and so is keys.secret_file \
                    (gatepost.toml line 3); keep one of them";
    assert_eq!(fault, expected);
}

#[test]
fn of_a_secret_and_its_file_the_stronger_layer_is_right() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("url"), "postgres://of-the-file/db").unwrap();
    let from = |environment: (&str, &str), flag: (&str, &str)| {
        let loaded = load(&sources(folder.path().into(), &[environment], &[flag])).unwrap();
        loaded.config.database.url.expose().to_owned()
    };
    let flag = ("database.url", "sqlite:x.db");
    assert_eq!(
        from(("GATEPOST_DATABASE_URL_FILE", "url"), flag),
        "sqlite:x.db"
    );
    let flag = ("database.url_file", "url");
    assert_eq!(
        from(("GATEPOST_DATABASE_URL", "sqlite:x.db"), flag),
        "postgres://of-the-file/db"
    );
}

#[test]
fn a_secret_file_that_cannot_be_read_is_a_fault() {
    let fault = fault_of_file("keys.secret_file = \"absent\"");
    let expected = "gatepost.toml line 1: keys.secret_file = \"absent\" cannot be read";
    assert!(fault.starts_with(expected), "{fault}");
}

#[test]
fn an_empty_secret_file_is_a_fault_and_not_an_absent_secret() {
    let folder = tempfile::tempdir().unwrap();
    for (variable, name) in [
        ("GATEPOST_DATABASE_URL_FILE", "database.url"),
        ("GATEPOST_DATABASE_REPLICA_URL_FILE", "database.replica_url"),
        ("GATEPOST_KEYS_SECRET_FILE", "keys.secret"),
        ("GATEPOST_MAIL_SMTP_PASSWORD_FILE", "mail.smtp_password"),
    ] {
        for content in ["", "\n", " \r\n"] {
            fs::write(folder.path().join("empty"), content).unwrap();
            let environment = [(variable, "empty")];
            let fault = load(&sources(folder.path().into(), &environment, &[])).unwrap_err();
            let expected = format!(
                "environment {variable}: {name}_file = \"empty\" is an empty file: write the value of {name} into it, \
                 or leave {name}_file out"
            );
            assert_eq!(fault, expected);
        }
    }
}
