//! `gatepost audit`, as a process of its own, beside a server and without one.

use std::fs;
use std::process::Command;

use rustix::process::Signal;

use crate::cli::Machine;
use crate::support::source;

/// A machine with so many entries in its log: each rotation of the keys writes one.
async fn machine(entries: usize) -> Machine {
    let machine = Machine::new().await;
    for _ in 0..entries {
        machine.done(&["keys", "rotate"]);
    }
    machine
}

fn head(text: &str) -> &str {
    text.lines().last().unwrap().strip_prefix("Head: ").unwrap()
}

#[tokio::test]
async fn verifies_what_commands_have_left_without_a_place() {
    let machine = machine(3).await;
    let said = machine.done(&["audit", "verify"]);
    assert!(
        said.starts_with("3 entries, all of them as they were written.\nHead: 3:"),
        "{said}"
    );
    let json = machine.json(&["audit", "verify"]);
    assert_eq!(
        (json["entries"].as_i64(), json["head"].as_str()),
        (Some(3), Some(head(&said)))
    );
    machine.done(&["keys", "rotate"]);
    let later = machine.done(&["audit", "verify", "--expect", head(&said)]);
    assert!(head(&later).starts_with("4:"), "{later}");
}

#[tokio::test]
async fn refuses_a_head_that_the_log_never_had() {
    let machine = machine(2).await;
    for (head, found) in [
        (format!("2:{}", "0".repeat(64)), "written anew"),
        (format!("9:{}", "0".repeat(64)), "cut off"),
    ] {
        let err = machine
            .run(&["audit", "verify", "--expect", &head])
            .refused(1);
        assert!(
            err.contains("the audit log is broken at entry ") && err.contains(found),
            "{err}"
        );
    }
    machine
        .run(&["audit", "verify", "--expect", "two"])
        .refused(2);
}

#[tokio::test]
async fn an_export_is_verified_without_settings_or_a_database() {
    let machine = machine(2).await;
    let said = machine.done(&["audit", "export", "--out", "log.jsonl"]);
    assert_eq!(said, "3 entries are in log.jsonl.\n");
    let here = machine.done(&["audit", "verify"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.jsonl");
    fs::copy(machine.folder().join("log.jsonl"), &copy).unwrap();
    let verify = |expected: i32| {
        let output = Command::new(env!("CARGO_BIN_EXE_gatepost"))
            .args(["audit", "verify", "copy.jsonl"])
            .current_dir(elsewhere.path())
            .env_clear()
            // A setting that would be refused: it is not read.
            .env("GATEPOST_LISTEN", "nonsense")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(expected), "{output:?}");
        let all = [output.stdout, output.stderr].concat();
        String::from_utf8(all).unwrap()
    };
    assert_eq!(verify(0), here);
    assert_eq!(
        fs::read_dir(elsewhere.path()).unwrap().count(),
        1,
        "nothing was made there"
    );

    let text = fs::read_to_string(&copy).unwrap();
    for (changed, found) in [
        (text.replacen("key_rotated", "login", 1), "entry 1 "),
        (
            text.replacen('\n', "\n{broken\n", 1),
            "line 2 cannot be read",
        ),
        (text.replacen('\n', "\n\n", 1), "line 2 cannot be read"),
        (
            text.replacen("{\"seq\":2", "{\"seq\":3", 1),
            "the entry 2 before it is missing",
        ),
        (text[..text.len() - 40].to_owned(), "line 3 cannot be read"),
    ] {
        fs::write(&copy, changed).unwrap();
        let said = verify(1);
        assert!(said.contains(found), "{said}");
    }
    fs::write(&copy, b"\xff\xfe\n").unwrap();
    assert!(verify(1).contains("no text in UTF-8"));
    fs::write(&copy, "x".repeat(3 << 20)).unwrap();
    assert!(verify(1).contains("line 1 cannot be read"));
}

#[tokio::test]
async fn the_script_of_the_document_verifies_an_export() {
    if Command::new("python3").arg("--version").output().is_err() {
        return;
    }
    let machine = machine(2).await;
    machine.done(&["audit", "export", "--out", "log.jsonl"]);
    let document = source::read("docs/audit.md");
    let script = document.split("```python\n").nth(1).unwrap();
    let script = script.split("```").next().unwrap();
    assert!(script.lines().count() <= 20, "short enough to be read");
    fs::write(machine.folder().join("verify.py"), script).unwrap();
    let run = || {
        let output = Command::new("python3")
            .args(["verify.py", "log.jsonl"])
            .current_dir(machine.folder())
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let said = machine.done(&["audit", "verify"]);
    assert_eq!(run(), (true, format!("{}\n", head(&said))));
    let path = machine.folder().join("log.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("key_rotated", "login"),
        ("command line", "elsewhere"),
        ("{\"seq\":1", "{\"seq\":2"),
    ] {
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        assert!(!run().0, "{from}");
    }
}

#[tokio::test]
async fn never_writes_over_a_file() {
    let machine = machine(1).await;
    fs::write(machine.folder().join("log.jsonl"), "older").unwrap();
    machine
        .run(&["audit", "export", "--out", "log.jsonl"])
        .refused(1);
    assert_eq!(
        fs::read_to_string(machine.folder().join("log.jsonl")).unwrap(),
        "older"
    );
}

#[tokio::test]
async fn exports_what_fits_as_lines_or_as_a_table() {
    let machine = machine(2).await;
    let by_kind = ["audit", "export", "--event", "key_rotated"];
    let lines = machine.done(&by_kind);
    let items: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|item| item["details"]["kid"].is_string()));
    let table = machine.done(&["audit", "export", "--csv", "--out", "log.csv"]);
    assert_eq!(table, "4 entries are in log.csv.\n");
    let table = fs::read_to_string(machine.folder().join("log.csv")).unwrap();
    assert_eq!(table.lines().count(), 5);
    assert!(table.starts_with("\"at\",\"event\""), "{table}");
    assert_eq!(
        machine.done(&[
            "audit",
            "export",
            "--person",
            items[0]["id"].as_str().unwrap()
        ]),
        ""
    );
    let refused = machine
        .run(&["audit", "export", "--address", "home"])
        .refused(1);
    assert!(
        refused.contains("neither an IP address nor a network"),
        "{refused}"
    );
    let json = machine.json(&["audit", "list", "--address", "127.0.0.0/8"]);
    assert!(!json["items"].as_array().unwrap().is_empty(), "{json}");
}

#[tokio::test]
async fn lists_what_fits() {
    let machine = machine(2).await;
    machine.done(&["audit", "export"]);
    let all = machine.json(&["audit", "list"]);
    let events: Vec<&str> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["audit_exported", "key_rotated", "key_rotated"]);
    assert_eq!(all["items"][0]["actor_kind"], "operator");
    let rotated = machine.done(&["audit", "list", "--event", "key_rotated", "--limit", "1"]);
    assert_eq!(rotated.lines().count(), 1);
    assert!(
        rotated.contains("  key_rotated  done  by operator  kid="),
        "{rotated}"
    );
    let request = all["items"][2]["request_id"].as_str().unwrap();
    assert_eq!(
        machine.json(&["audit", "list", "--request", request])["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(machine.done(&["audit", "list", "--to", "2020-01-01"]), "");
    assert_eq!(machine.done(&["audit", "list", "--account", request]), "");
    assert!(
        machine
            .run(&["audit", "list", "--event", "nonsense"])
            .refused(1)
            .contains("event: ")
    );
    assert!(
        machine
            .run(&["audit", "list", "--actor", "nobody"])
            .refused(1)
            .contains("actor_id: ")
    );
}

#[tokio::test]
async fn works_beside_a_running_server_and_after_its_sudden_end() {
    let machine = Machine::new().await;
    let server = machine.serve(&[]);
    machine.done(&["keys", "rotate"]);
    let said = machine.done(&["audit", "verify"]);
    let lines = machine.done(&["audit", "export"]);
    assert_eq!(lines.lines().count(), 2);
    machine.done(&["keys", "rotate"]);
    server.send(Signal::KILL);
    server.end();
    let later = machine.done(&["audit", "verify", "--expect", head(&said)]);
    assert!(head(&later).starts_with("3:"), "{later}");
}
