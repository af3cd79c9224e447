//! `gatepost user sessions` and `logout`.

use serde_json::json;

use super::Machine;

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let machine = Machine::new().await;
    for name in ["ann", "bob"] {
        machine.create(&format!("{name}@example.com"), &["--nickname", name]);
    }
    let none = machine.done(&["user", "sessions", "ann"]);
    assert_eq!(none, "No sessions.\n");
    let server = machine.serve(&[]);
    for name in ["ann", "ann", "bob"] {
        let status = server.login(&format!("{name}@example.com"));
        assert!(status.contains("200"), "{status}");
    }
    let listed = machine.done(&["user", "sessions", "ann@example.com"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].starts_with("DEVICE "), "{listed}");
    assert_eq!(lines.len(), 3, "{listed}");
    assert!(lines[1].contains("  open  "), "{listed}");
    let as_json = machine.json(&["user", "sessions", "ann"]);
    assert_eq!(as_json["total"], 2);
    assert_eq!(as_json["items"][0]["is_current"], false);

    let out = machine.done(&["user", "logout", "ann"]);
    assert_eq!(out, "2 sessions of ann@example.com have ended.\n");
    let listed = machine.done(&["user", "sessions", "ann"]);
    assert!(listed.contains("revoked_by_staff 2"), "{listed}");
    let again = machine.json(&["user", "logout", "ann"]);
    assert_eq!(again, json!({"ended": 0}));

    let out = machine.done(&["user", "logout", "--everybody", "--yes"]);
    assert_eq!(out, "1 session of everybody has ended.\n");
    let bob = machine.json(&["user", "sessions", "bob", "--skip", "0"]);
    assert_eq!(bob["items"][0]["end_reason"], "revoked_by_staff");
}

#[tokio::test]
async fn nobody_is_logged_out_by_a_slip_of_the_hand() {
    let machine = Machine::new().await;
    let everybody = machine.run(&["user", "logout", "--everybody"]).refused(2);
    assert!(everybody.contains("add --yes"), "{everybody}");
    machine.run(&["user", "logout"]).refused(2);
    let both = ["user", "logout", "ann", "--everybody", "--yes"];
    machine.run(&both).refused(2);
    for command in ["sessions", "logout"] {
        let unknown = machine.run(&["user", command, "nobody"]).refused(1);
        assert!(unknown.contains("no account is called"), "{unknown}");
    }
}
