//! `gatepost import` and `gatepost export`, as they are typed.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::files;
use crate::cli::Machine;

fn file(name: &str) -> String {
    files().join(name).display().to_string()
}

#[tokio::test]
async fn imports_and_says_what_has_become_of_the_rows() {
    let machine = Machine::new().await;
    let out = machine.done(&["import", "--from", "csv", &file("seed.csv")]);
    for line in [
        "3 accounts imported.",
        "1 have to verify their address before they can log in",
        "1 are locked, as they were there.",
        "1 with the role ADMIN, which was not given: --map-role ADMIN=ROLE gives it.",
    ] {
        assert!(out.contains(line), "{line:?} in {out}");
    }
    let shown = machine.json(&["user", "show", "admin@seed.example"]);
    assert_eq!(shown["role"], "AUTHENTICATED");
    let again = machine.json(&["import", "--from", "csv", &file("seed.csv")]);
    assert_eq!(
        (again["imported"].as_u64(), again["present"].as_u64()),
        (Some(0), Some(3))
    );
}

#[tokio::test]
async fn reads_standard_input_and_gives_the_roles_that_are_mapped() {
    let machine = Machine::new().await;
    let text = std::fs::read(files().join("fastapi_users.csv")).unwrap();
    let arguments = [
        "import",
        "--from",
        "fastapi-users",
        "--map-role",
        "superuser=admin",
        "-",
    ];
    let finished = machine.run_with_input(&arguments, &text);
    assert_eq!(
        (finished.code, finished.err.as_str()),
        (0, ""),
        "{}",
        finished.out
    );
    assert_eq!(
        machine.json(&["user", "show", "argon@fastapi.example"])["role"],
        "ADMIN"
    );
}

#[tokio::test]
async fn rows_that_were_refused_are_told_and_make_it_fail() {
    let machine = Machine::new().await;
    let finished = machine.run(&[
        "import",
        "--from",
        "auth0",
        "--json",
        &file("auth0_import.json"),
    ]);
    assert_eq!(
        (finished.code, finished.err.as_str()),
        (1, "gatepost: 1 row was refused\n")
    );
    let report: Value = serde_json::from_str(&finished.out).unwrap();
    assert_eq!(
        (report["refused"].as_u64(), report["imported"].as_u64()),
        (Some(1), Some(6))
    );
    assert_eq!(report["issues"][0]["email"], "hmac@auth0.example");
    assert!(report["issues"][0]["line"].as_u64() > Some(1));
}

#[tokio::test]
async fn a_dry_run_makes_no_account() {
    let machine = Machine::new().await;

    let out = machine.done(&["import", "--from", "csv", "--dry-run", &file("seed.csv")]);
    assert!(out.contains("3 accounts would be imported."), "{out}");
    let listed = machine.json(&["user", "list"]);
    assert_eq!(
        listed["items"].as_array().map(Vec::len),
        Some(0),
        "{listed}"
    );
}

#[tokio::test]
async fn takes_the_parameters_of_firebase_from_a_file() {
    let machine = Machine::new().await;
    let config = file("firebase_hash_config.txt");
    let arguments = [
        "import",
        "--from",
        "firebase",
        "--json",
        "--hash-config",
        &config,
        &file("firebase.csv"),
    ];
    let report: Value = serde_json::from_str(&machine.done(&arguments)).unwrap();
    assert_eq!(report["imported"], 2);
    let db = std::fs::read(machine.folder().join("data/gatepost.db")).unwrap_or_default();
    let key = b"jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMX";
    assert!(
        !db.windows(key.len()).any(|bytes| bytes == key),
        "the signer key is not kept"
    );
}

#[tokio::test]
async fn what_cannot_be_asked_for_says_what_can() {
    let machine = Machine::new().await;
    let seed = file("seed.csv");
    let seed = seed.as_str();
    for (arguments, code, words) in [
        (vec!["import", seed], 2, "--from"),
        (vec!["import", "--from", "oracle", seed], 2, "fastapi-users"),
        (
            vec!["import", "--from", "csv", "--map-role", "x=KING", seed],
            2,
            "ANONYMOUS",
        ),
        (
            vec!["import", "--from", "csv", "--map", "x=nothing", seed],
            2,
            "the fields are",
        ),
        (
            vec!["import", "--from", "csv", "no-such-file.csv"],
            1,
            "cannot be read",
        ),
        (vec!["import", "--from", "csv", "."], 1, "is a folder"),
        (
            vec![
                "import",
                "--from",
                "csv",
                "postgres://nobody:secret-word@127.0.0.1:1/x",
            ],
            1,
            "the database cannot be read",
        ),
    ] {
        let said = machine.run(&arguments).refused(code);
        assert!(
            said.contains(words) && !said.contains("secret-word"),
            "{arguments:?}: {said}"
        );
    }
}

#[tokio::test]
async fn exports_into_a_file_that_only_its_owner_may_read() {
    let machine = Machine::new().await;
    machine.create("ada@example.com", &["--role", "ADMIN"]);
    let finished = machine.run(&[
        "export",
        "--with-hashes",
        "--format",
        "jsonl",
        "accounts.jsonl",
    ]);
    assert_eq!(
        (finished.code, finished.out.as_str()),
        (0, "1 accounts are in accounts.jsonl.\n")
    );
    assert!(
        finished.err.contains("the hashes of all passwords"),
        "{}",
        finished.err
    );
    let path = machine.folder().join("accounts.jsonl");
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() % 0o1000,
        0o600
    );
    let said = machine.run(&["export", "accounts.jsonl"]).refused(1);
    assert!(
        said.contains("exists"),
        "an older export is not overwritten: {said}"
    );

    let other = Machine::new().await;
    let path = path.display().to_string();
    other.done(&["import", "--from", "jsonl", "--keep-roles", &path]);
    let server = other.serve(&[]);
    assert_eq!(server.login("ada@example.com"), "200");
    assert_eq!(
        other.json(&["user", "show", "ada@example.com"])["role"],
        "ADMIN"
    );
}

#[tokio::test]
async fn imports_beside_a_running_server_and_exports_to_a_pipe() {
    let machine = Machine::new().await;
    let server = machine.serve(&[]);
    machine.done(&["import", "--from", "csv", &file("seed.csv")]);
    assert_eq!(server.login("admin@seed.example"), "200");
    let out = machine.done(&["export"]);
    assert_eq!(out.lines().next().unwrap().split(',').next(), Some("id"));
    assert!(
        out.contains("admin@seed.example") && !out.contains("$argon2id$"),
        "{out}"
    );
}
