//! `gatepost user notes`, `add-note` and `delete-note`, and what else the console has taught the command line.

use crate::cli::Machine;

#[tokio::test]
async fn notes_are_written_shown_and_deleted() {
    let machine = Machine::new().await;
    let create = [
        "user",
        "create",
        "--email",
        "ann@example.com",
        "--password-stdin",
    ];
    assert_eq!(machine.run_with_input(&create, b"Secure*1234").code, 0);
    let note = machine.json(&["user", "add-note", "ann@example.com", "Called on Monday."]);
    assert_eq!(note["author_id"], serde_json::Value::Null);
    let out = machine.done(&["user", "notes", "ann@example.com"]);
    assert!(
        out.contains("the command line\n    Called on Monday.\n"),
        "{out}"
    );
    let id = note["id"].as_str().unwrap();
    machine.done(&["user", "delete-note", "ann@example.com", id]);
    let notes = machine.json(&["user", "notes", "ann@example.com"]);
    assert!(notes["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn somebody_is_marked_reminded_and_made_to_choose_a_password() {
    let machine = Machine::new().await;
    let create = [
        "user",
        "create",
        "--email",
        "ann@example.com",
        "--password-stdin",
    ];
    assert_eq!(machine.run_with_input(&create, b"Secure*1234").code, 0);
    let user = machine.json(&["user", "grant-professional", "ann@example.com"]);
    assert_eq!(user["is_professional"], true);
    let out = machine.done(&["user", "withdraw-professional", "ann@example.com"]);
    assert_eq!(
        out,
        "ann@example.com is not marked as a professional any more.\n"
    );
    let out = machine.done(&["user", "resend-verification", "ann@example.com"]);
    assert_eq!(out, "The server mails a new link to ann@example.com.\n");
    let out = machine.done(&["user", "reset-password", "ann@example.com"]);
    assert!(
        out.starts_with("The password of ann@example.com does not work any more"),
        "{out}"
    );
}
