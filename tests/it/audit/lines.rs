//! Whatever somebody types or sends: one line an event, in the log and in lists, and nothing that commands a terminal.

use std::fs::{self, File};

use gatepost::db::Run;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::cli::{Machine, Running};

/// What begins another line, or colours and hides what stands around it.
const ODD: &str = "a\r\n2026-01-01T00:00:00Z ERROR injected\n{\"level\":\"ERROR\"}\u{1b}[2J\u{9b}31m\u{7f}\u{202e}";

fn send(server: &Running, head: &str, body: &str) {
    let length = body.len();
    server.exchange(&format!(
        "{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    ));
}

/// Sends odd texts wherever a request can carry them, and answers the log.
fn log_of(machine: &Machine, format: &str) -> String {
    let path = machine.folder().join("log.txt");
    let log = File::create(&path).unwrap();
    let format = format!("log.format={format}");
    let server = machine.serve_logging(&["-vv", "--set", &format], log);
    let odd: String = form_urlencoded::byte_serialize(ODD.as_bytes()).collect();
    let odd = odd.replace('+', "%20");
    let json = "content-type: application/json";
    send(&server, &format!("GET /{odd}?q={odd} HTTP/1.1"), "");
    send(
        &server,
        &format!("GET /verify-email/{odd}/{odd} HTTP/1.1"),
        "",
    );
    send(
        &server,
        "GET / HTTP/1.1\r\nuser-agent: a\tb\u{9b}31m\u{202e}",
        "",
    );
    send(&server, "GET / HTTP/1.1\r\nuser-agent: a\u{1b}[31m", "");
    send(
        &server,
        "GET / HTTP/1.1\r\nuser-agent: a\r\n injected: b",
        "",
    );
    let person = json!({"email": "ann@example.org", "password": "Secure*1234", "first_name": ODD, "bio": ODD});
    send(
        &server,
        &format!("POST /register/ HTTP/1.1\r\n{json}"),
        &person.to_string(),
    );
    let address = json!({"email": format!("{ODD}@example.org"), "password": ODD});
    send(
        &server,
        &format!("POST /register/ HTTP/1.1\r\n{json}"),
        &address.to_string(),
    );
    let form = "content-type: application/x-www-form-urlencoded";
    send(
        &server,
        &format!("POST /login/ HTTP/1.1\r\n{form}"),
        &format!("username={odd}&password={odd}"),
    );
    send(
        &server,
        &format!(
            "POST /login/ HTTP/1.1\r\n{form}\r\nuser-agent: {}",
            "x".repeat(9000)
        ),
        "username=ann%40example.org&password=wrong",
    );
    server.send(Signal::TERM);
    server.end();
    fs::read_to_string(path).unwrap()
}

fn assert_harmless(log: &str) {
    for odd in ['\u{1b}', '\r', '\u{9b}', '\u{7f}'] {
        assert!(!log.contains(odd), "{odd:?}");
    }
}

#[tokio::test]
async fn an_event_is_one_line_of_json_in_the_log() {
    let machine = Machine::new().await;
    let log = log_of(&machine, "json");
    assert!(log.lines().count() > 8, "{log}");
    assert_harmless(&log);
    for line in log.lines() {
        let event: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(
            event["timestamp"].is_string() && event["target"].is_string(),
            "{line}"
        );
    }
}

#[tokio::test]
async fn an_event_is_one_line_of_text_in_the_log() {
    let machine = Machine::new().await;
    let log = log_of(&machine, "text");
    assert!(log.lines().count() > 8, "{log}");
    assert_harmless(&log);
    for line in log.lines() {
        assert!(
            line.starts_with("20") && line.get(10..11) == Some("T"),
            "{line:?}"
        );
        assert!(!line.starts_with("2026-01-01T00:00:00Z"), "{line:?}");
    }
}

#[tokio::test]
async fn an_entry_is_one_line_in_lists_and_exports() {
    let machine = Machine::new().await;
    for _ in 0..2 {
        machine.done(&["keys", "rotate"]);
    }
    let db = machine.db().await;
    let personal = json!({"user_agent": ODD, "email": ODD}).to_string();
    let change = "UPDATE audit_entries SET personal = $1, reason = $2";
    db.execute(change, gatepost::params![&personal, ODD])
        .await
        .unwrap();
    db.close().await;
    let list = machine.done(&["audit", "list"]);
    assert_eq!(list.lines().count(), 2, "{list:?}");
    let is_plain = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
    assert!(list.chars().all(is_plain), "{list:?}");
    let export = machine.done(&["audit", "export"]);
    assert_eq!(export.lines().count(), 3, "{export:?}");
    assert_harmless(&export.replace(['\u{9b}', '\u{7f}'], ""));
    for line in export.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
}
