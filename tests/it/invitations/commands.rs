//! `gatepost invitation`

use crate::cli::Machine;

#[tokio::test]
async fn invites_lists_and_takes_back() {
    let machine = Machine::new().await;
    let out = machine.done(&["invitation", "list"]);
    assert_eq!(out, "No invitation fits.\n");
    let out = machine.done(&[
        "invitation",
        "create",
        "Boss@example.com",
        "--role",
        "admin",
    ]);
    assert!(
        out.starts_with("Boss@example.com is invited as ADMIN until 2"),
        "{out}"
    );
    assert!(
        out.contains("\nhttp://localhost:8000/accept-invitation#"),
        "{out}"
    );
    let made = machine.json(&["invitation", "create", "ann@example.com"]);
    assert_eq!(made["role"], "AUTHENTICATED");
    assert_eq!(made["invited_by"], serde_json::Value::Null);
    assert!(
        made["link"]
            .as_str()
            .unwrap()
            .contains("/accept-invitation#")
    );
    let id = made["id"].as_str().unwrap();
    let again = machine.json(&["invitation", "resend", id]);
    assert_eq!(
        (&again["id"], &again["state"]),
        (&made["id"], &"open".into())
    );
    let out = machine.done(&["invitation", "resend", id]);
    assert!(
        out.starts_with("The server mails a new link to ann@example.com"),
        "{out}"
    );
    let out = machine.done(&["invitation", "revoke", id]);
    assert_eq!(out, "The invitation was taken back.\n");
    let out = machine.done(&["invitation", "list"]);
    assert!(
        out.contains("by the operator") && out.ends_with("2 invitations.\n"),
        "{out}"
    );
    let open = machine.json(&["invitation", "list", "--state", "open"]);
    assert_eq!(open["total"], 1);
    assert_eq!(open["items"][0]["email"], "Boss@example.com");
    assert!(open["items"][0].get("link").is_none());
}

#[tokio::test]
async fn refuses_what_cannot_be() {
    let machine = Machine::new().await;
    let unknown = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c";
    for command in ["revoke", "resend"] {
        machine.run(&["invitation", command, "no-id"]).refused(2);
        let text = machine.run(&["invitation", command, unknown]).refused(1);
        assert!(text.contains("Invitation not found."), "{text}");
    }
    let text = machine.run(&["invitation", "create", "nobody"]).refused(1);
    assert!(text.contains("exactly one @-sign"), "{text}");
    machine
        .run(&[
            "invitation",
            "create",
            "a@example.com",
            "--role",
            "ANONYMOUS",
        ])
        .refused(2);
}
