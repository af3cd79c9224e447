//! `gatepost user update`, `history`, and the end of one session.

use serde_json::{Value, json};

use super::Machine;

#[tokio::test]
async fn a_profile_is_changed_and_emptied() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--nickname", "ann"]);
    let changed = machine.json(&[
        "user",
        "update",
        "ann",
        "--first-name",
        "Ann",
        "--bio",
        "Climbs.",
        "--nickname",
        "annie",
    ]);
    assert_eq!(changed["first_name"], "Ann");
    assert_eq!(changed["nickname"], "annie");
    let out = machine.done(&["user", "update", "annie", "--bio", ""]);
    assert_eq!(out, "ann@example.com is changed.\n");
    let shown = machine.json(&["user", "show", "annie"]);
    assert_eq!(
        (&shown["bio"], &shown["first_name"]),
        (&Value::Null, &json!("Ann"))
    );
    let out = machine.done(&["user", "update", "annie", "--email", "new@example.com"]);
    assert!(
        out.contains("becomes new@example.com when the link"),
        "{out}"
    );
    machine.run(&["user", "update", "annie"]).refused(2);
    let wrong = [
        "user",
        "update",
        "annie",
        "--profile-picture-url",
        "javascript:x",
    ];
    let err = machine.run(&wrong).refused(1);
    assert!(err.contains("profile_picture_url: "), "{err}");
}

#[tokio::test]
async fn the_history_tells_what_has_happened() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--nickname", "ann"]);
    machine.done(&["user", "lock", "ann"]);
    machine.done(&["user", "unlock", "ann"]);
    let out = machine.done(&["user", "history", "ann"]);
    let lines: Vec<&str> = out.lines().collect();
    assert!(
        lines[0].contains("account_unlocked  done  by the command line"),
        "{out}"
    );
    assert!(out.contains("account_locked"), "{out}");
    let all = machine.json(&["user", "history", "ann"]);
    let all = all["items"].as_array().unwrap().clone();
    assert_eq!(all.len(), lines.len());
    let one = machine.json(&["user", "history", "ann", "--limit", "1"]);
    assert_eq!(one["items"], json!([all[0]]));
    machine.run(&["user", "history", "nobody"]).refused(1);
}

#[tokio::test]
async fn one_session_is_ended() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--nickname", "ann"]);
    let server = machine.serve(&[]);
    for _ in 0..2 {
        assert_eq!(server.login("ann@example.com").trim(), "200");
    }
    let sessions = machine.json(&["user", "sessions", "ann"]);
    let id = sessions["items"][0]["id"].as_str().unwrap();
    let ended = machine.json(&["user", "logout", "ann", "--session", id]);
    assert_eq!(ended, json!({"ended": 1}));
    let sessions = machine.json(&["user", "sessions", "ann"]);
    let items = sessions["items"].as_array().unwrap();
    let open = items.iter().filter(|item| item["ended_at"].is_null());
    assert_eq!(open.count(), 1);
    machine
        .run(&["user", "logout", "ann", "--session", "no-id"])
        .refused(2);
    let unknown = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c";
    let err = machine
        .run(&["user", "logout", "ann", "--session", unknown])
        .refused(1);
    assert!(err.contains("Session not found."), "{err}");
}

#[tokio::test]
async fn a_list_is_filtered_by_moments() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &[]);
    machine.create("bob@example.com", &[]);
    let server = machine.serve(&[]);
    assert_eq!(server.login("ann@example.com").trim(), "200");
    let found = |arguments: &[&str]| {
        let list = machine.json(&[&["user", "list"], arguments].concat());
        (
            list["total"].as_i64().unwrap(),
            list["items"][0]["email"].clone(),
        )
    };
    assert_eq!(found(&["--created-from", "2020-01-01"]).0, 2);
    assert_eq!(found(&["--created-to", "2020-01-01"]).0, 0);
    assert_eq!(
        found(&["--last-login-from", "2020-01-01"]),
        (1, json!("ann@example.com"))
    );
    assert_eq!(
        found(&["--last-login-to", "2020-01-01"]),
        (1, json!("bob@example.com"))
    );
    machine
        .run(&["user", "list", "--last-login-to", "soon"])
        .refused(1);
}

#[tokio::test]
async fn a_list_can_be_of_all() {
    let machine = Machine::new().await;
    let rows: Vec<String> = (0..120)
        .map(|number| format!("user{number}@example.com"))
        .collect();
    let file = machine.folder().join("people.csv");
    std::fs::write(&file, format!("email\n{}\n", rows.join("\n"))).unwrap();
    let file = file.display().to_string();
    machine.done(&["import", "--from", "csv", &file]);
    let part = machine.json(&["user", "list"]);
    assert_eq!(part["items"].as_array().unwrap().len(), 100);
    let all = machine.json(&["user", "list", "--all"]);
    assert_eq!(all["items"].as_array().unwrap().len(), 120);
    assert_eq!(all["total"], 120);
    let some = machine.json(&["user", "list", "--all", "--q", "user11"]);
    assert_eq!(some["total"], 11, "user11 and user110 to user119");
    machine
        .run(&["user", "list", "--all", "--limit", "5"])
        .refused(2);
}
