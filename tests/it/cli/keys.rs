//! `gatepost keys`.

use super::Machine;

#[tokio::test]
async fn a_new_key_signs_and_the_old_one_verifies() {
    let machine = Machine::new().await;
    let before = machine.json(&["keys", "list"]);
    let before = before["keys"].as_array().unwrap();
    assert_eq!(before.len(), 1);
    assert!(
        before[0].get("d").is_none(),
        "a private key never leaves the database"
    );
    let new = machine.json(&["keys", "rotate"]);
    let table = machine.done(&["keys", "list"]);
    let (new, old) = (
        new["kid"].as_str().unwrap(),
        before[0]["kid"].as_str().unwrap(),
    );
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines[0].starts_with(&format!("{new}  ES256  signs     made 2")),
        "{table}"
    );
    assert!(
        lines[1].starts_with(&format!("{old}  ES256  verifies  made 2"))
            && lines[1].contains("  until 2"),
        "{table}"
    );
    let both = machine.json(&["keys", "list"]);
    assert_eq!(both["items"][0]["state"], "signs");
    assert_eq!(both["items"][1]["state"], "verifies");
    assert_eq!(both["items"][0]["accepted_until"], serde_json::Value::Null);
    assert!(
        machine
            .done(&["keys", "rotate"])
            .contains(" signs from now on")
    );
}

#[tokio::test]
async fn keys_of_another_master_key_are_refused_with_advice() {
    let machine = Machine::new().await;
    machine.done(&["keys", "list"]);
    let err = machine
        .run(&[
            "keys",
            "list",
            "--set",
            &format!("keys.secret={}", "x".repeat(40)),
        ])
        .refused(1);
    assert!(
        err.contains("master.key") && err.lines().count() == 1,
        "{err}"
    );
}
