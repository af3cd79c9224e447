//! `gatepost user`: what it does.

use serde_json::{Value, json};

use super::Machine;

fn emails(list: &Value) -> Vec<&str> {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["email"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_account_is_made_listed_promised_a_role_and_verified() {
    let machine = Machine::new().await;
    let create = "user create --email Ann@example.com --nickname ann --password-stdin";
    let create: Vec<&str> = create.split(' ').collect();
    let out = machine.run_with_input(&create, b"Secure*1234").out;
    let begin = "Ann@example.com has an account: nickname ann, role AUTHENTICATED once";
    assert!(out.starts_with(begin), "{out}");
    let list = machine.done(&["user", "list"]);
    assert!(
        list.starts_with("E-MAIL ") && list.ends_with("1 account.\n"),
        "{list}"
    );
    assert!(list.contains("  unverified  "), "{list}");
    let shown = machine.done(&["user", "show", "ANN"]);
    assert!(shown.contains("Ann@example.com (not verified)"), "{shown}");
    let out = machine.done(&["user", "set-role", "ann@EXAMPLE.com", "manager"]);
    let promise = "Ann@example.com will be MANAGER once the address is verified.";
    assert!(out.starts_with(promise), "{out}");
    let out = machine.done(&["user", "verify", "ann"]);
    assert_eq!(out, "Ann@example.com is verified, with the role MANAGER.\n");
}

#[tokio::test]
async fn an_account_is_given_a_role_locked_unlocked_and_deleted() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--nickname", "ann"]);
    for (command, answer) in [
        (&["set-role", "ann", "MANAGER"][..], "is MANAGER now."),
        (&["lock", "ann"], "is locked, and all sessions have ended."),
        (&["unlock", "ann"], "is not locked any more."),
        (&["delete", "ann", "--yes"], "is deleted."),
    ] {
        let out = machine.done(&[&["user"], command].concat());
        assert_eq!(out, format!("ann@example.com {answer}\n"));
        if command[0] == "lock" {
            let shown = machine.done(&["user", "show", "ann"]);
            assert!(
                shown.contains("locked by an administrator since 2"),
                "{shown}"
            );
        }
    }
    assert_eq!(machine.done(&["user", "list"]), "No account fits.\n");
}

#[tokio::test]
async fn programs_get_the_objects_of_the_api() {
    let machine = Machine::new().await;
    let created = machine.create("ann@example.com", &["--first-name", "Ann"]);
    let keys: Vec<&String> = created.as_object().unwrap().keys().collect();
    assert_eq!(keys[..4], ["email", "nickname", "first_name", "last_name"]);
    assert_eq!(keys[keys.len() - 2..], ["last_login_at", "links"]);
    let id = created["id"].as_str().unwrap();
    assert_eq!(machine.json(&["user", "show", id]), created);
    assert_eq!(
        machine.json(&["user", "list"]),
        json!({"items": [created], "total": 1})
    );
    assert_eq!(
        machine.json(&["user", "set-role", id, "MANAGER"])["role"],
        "MANAGER"
    );
    assert_eq!(machine.json(&["user", "lock", id])["is_locked"], true);
    assert_eq!(machine.json(&["user", "unlock", id])["is_locked"], false);
    assert_eq!(
        machine.json(&["user", "verify", id])["email_verified"],
        true
    );
    assert_eq!(
        machine.json(&["user", "delete", id, "--yes"]),
        json!({"deleted": id})
    );
}

#[tokio::test]
async fn an_administrator_made_here_needs_no_mail() {
    let machine = Machine::new().await;
    let created = machine.json(&[
        "user",
        "create",
        "--role",
        "admin",
        "--link",
        "--email",
        "a@example.com",
    ]);
    assert_eq!(
        (&created["role"], &created["email_verified"]),
        (&json!("ADMIN"), &json!(true))
    );
}

#[tokio::test]
async fn the_list_is_filtered_sorted_and_cut() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--role", "admin"]);
    machine.create("bob@example.com", &["--last-name", "Miller"]);
    let cy = ["user", "create", "--password-stdin", "--email"];
    let cy = [&cy[..], &["cy@example.com"]].concat();
    assert_eq!(machine.run_with_input(&cy, b"Secure*1234").code, 0);
    machine.done(&["user", "lock", "bob@example.com"]);
    let list = |options: &[&str]| machine.json(&[&["user", "list"], options].concat());
    for (options, expected) in [
        (&["--q", "MILL"][..], vec!["bob@example.com"]),
        (&["--role", "admin"], vec!["ann@example.com"]),
        (&["--locked"], vec!["bob@example.com"]),
        (&["--unlocked", "--verified"], vec!["ann@example.com"]),
        (&["--unverified"], vec!["cy@example.com"]),
        (
            &["--sort", "-email", "--limit", "2"],
            vec!["cy@example.com", "bob@example.com"],
        ),
        (&["--skip", "2"], vec!["cy@example.com"]),
    ] {
        assert_eq!(emails(&list(options)), expected, "{options:?}");
    }
    let cut = machine.done(&["user", "list", "--limit", "2"]);
    assert!(
        cut.ends_with("1 to 2 of 3 accounts; --skip 2 shows more.\n"),
        "{cut}"
    );
}

#[tokio::test]
async fn a_name_cannot_command_the_terminal() {
    let machine = Machine::new().await;
    machine.create(
        "ann@example.com",
        &[
            "--nickname",
            "ann",
            "--first-name",
            "\u{1b}[2J\u{202e}A\nn\u{7}",
        ],
    );
    let shown = machine.done(&["user", "show", "ann"]);
    assert!(
        shown.contains("Name            \u{fffd}[2JA\u{fffd}n\u{fffd}\n"),
        "{shown:?}"
    );
}

#[tokio::test]
async fn columns_stand_under_each_other_also_with_wide_letters() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--nickname", "日本語"]);
    machine.create("bob@example.com", &["--nickname", "robert"]);
    let list = machine.done(&["user", "list"]);
    // Three letters of two cells each are as wide as six.
    assert!(
        list.contains("日本語    AUTHENTICATED") && list.contains("robert    AUTHENTICATED"),
        "{list}"
    );
}
