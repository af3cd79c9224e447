//! `gatepost mail`.

use serde_json::json;

use super::Machine;

/// A machine on which somebody has registered: his mail waits, because no mail server answers.
async fn machine() -> Machine {
    let machine = Machine::new().await;
    machine.create("admin@example.org", &["--role", "ADMIN"]);
    let server = machine.serve(&[
        "--set",
        "mail.smtp_host=127.0.0.1",
        "--set",
        "mail.smtp_port=1",
        "--set",
        "mail.smtp_tls=none",
        "--set",
        "mail.from=no-reply@example.org",
    ]);
    let body = json!({"email": "ann@example.org", "password": "Secure*1234"}).to_string();
    let answer = server.exchange(&format!(
        "POST /register/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    machine
}

#[tokio::test]
async fn lists_what_waits_and_tries_it_again() {
    let machine = machine().await;
    let line = machine.done(&["mail", "list"]);
    assert!(
        line.contains("  waiting  ann@example.org  made 20"),
        "{line}"
    );
    assert_eq!(line.lines().count(), 1);
    assert_eq!(machine.done(&["mail", "list", "--state", "sent"]), "");
    let mails = machine.json(&["mail", "list", "--state", "waiting"]);
    let mail = &mails["items"][0];
    assert_eq!(
        (&mail["recipient"], &mail["state"], &mail["sent_at"]),
        (&json!("ann@example.org"), &json!("waiting"), &json!(null))
    );
    assert!(!mails.to_string().contains("verify-email"), "{mails}");
    let id = mail["id"].as_str().unwrap();
    assert_eq!(
        machine.done(&["mail", "retry", id]),
        "1 mail is tried again now; a running server does it.\n"
    );
    assert_eq!(
        machine.json(&["mail", "retry", "--all"]),
        json!({"retried": 1})
    );
}

#[tokio::test]
async fn refuses_what_cannot_be_tried_again() {
    let machine = Machine::new().await;
    let unknown = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c";
    let err = machine.run(&["mail", "retry", unknown]).refused(1);
    assert!(
        err.contains("unknown, was sent, or its link has expired"),
        "{err}"
    );
    for arguments in [
        &["mail", "retry"][..],
        &["mail", "retry", "--all", unknown],
        &["mail", "retry", "x"],
        &["mail", "list", "--state", "lost"],
    ] {
        machine.run(arguments).refused(2);
    }
}

#[tokio::test]
async fn counts_and_gives_up() {
    let machine = machine().await;
    let counts = machine.json(&["mail", "count"]);
    assert_eq!(
        (&counts["waiting"], &counts["dead"]),
        (&json!(1), &json!(0))
    );
    let id = machine.json(&["mail", "list", "--to", "Ann@example.org"])["items"][0]["id"].clone();
    let id = id.as_str().unwrap();
    assert_eq!(
        machine.done(&["mail", "list", "--to", "ben@example.org"]),
        ""
    );
    assert_eq!(machine.json(&["mail", "drop", id]), json!({"dropped": 1}));
    let said = machine.done(&["mail", "count"]);
    assert!(
        said.starts_with("waiting: 0\n") && said.contains("given up in 30 days: 1\n"),
        "{said}"
    );
    let err = machine.run(&["mail", "retry", id]).refused(1);
    assert!(err.contains("its link has expired"), "{err}");
    let unknown = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c";
    let err = machine.run(&["mail", "drop", unknown]).refused(1);
    assert!(err.contains("no mail 01939f5e"), "{err}");
    machine.run(&["mail", "drop"]).refused(2);
}
