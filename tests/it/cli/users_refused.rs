//! `gatepost user`: what it refuses, and how it says so.

use super::Machine;

const CREATE: [&str; 3] = ["user", "create", "--email"];

#[tokio::test]
async fn every_fault_is_told_with_its_field() {
    let machine = Machine::new().await;
    let arguments = [
        &CREATE[..],
        &["nobody", "--nickname", "x!", "--password-stdin"],
    ]
    .concat();
    let err = machine.run_with_input(&arguments, b"short").refused(1);
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 3, "{err}");
    assert!(
        lines[0].starts_with("gatepost: email: value is not a valid email address: "),
        "{err}"
    );
    assert!(
        lines[1].starts_with("gatepost: nickname: String should have at least 3 characters"),
        "{err}"
    );
    assert!(
        lines[2].starts_with("gatepost: password: ") && !err.contains("short\n"),
        "{err}"
    );
    let err = machine
        .run(&[
            "user", "list", "--limit", "101", "--skip", "-1", "--sort", "shoe",
        ])
        .refused(1);
    assert!(
        ["skip", "limit", "sort"]
            .iter()
            .all(|field| err.contains(&format!("gatepost: {field}: "))),
        "{err}"
    );
}

#[tokio::test]
async fn what_is_taken_stays_with_its_owner() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--nickname", "ann"]);
    let create = |email, nickname| {
        machine
            .run(&[&CREATE[..], &[email, "--nickname", nickname, "--link"]].concat())
            .refused(1)
    };
    assert_eq!(
        create("ANN@example.com", "other"),
        "gatepost: User with given email already exists.\n"
    );
    assert_eq!(
        create("other@example.com", "ANN"),
        "gatepost: Nickname already exists.\n"
    );
}

#[tokio::test]
async fn a_password_must_come_from_somewhere() {
    let machine = Machine::new().await;
    let err = machine
        .run(&[&CREATE[..], &["ann@example.com"]].concat())
        .refused(2);
    assert!(
        err.contains("--password-stdin") && err.contains("--link"),
        "{err}"
    );
    let both = ["ann@example.com", "--password-stdin", "--link"];
    machine.run(&[&CREATE[..], &both].concat()).refused(2);
    let arguments = [&CREATE[..], &["ann@example.com", "--password-stdin"]].concat();
    machine.run_with_input(&arguments, b"").refused(1);
    machine
        .run_with_input(&arguments, b"\xff\xfe12345678")
        .refused(1);
    machine
        .run_with_input(&arguments, &vec![b'x'; 200_000])
        .refused(1);
    assert_eq!(machine.json(&["user", "list"])["total"], 0);
}

#[tokio::test]
async fn a_deletion_wants_a_confirmation() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &[]);
    // What is no terminal cannot confirm, whatever it says.
    let finished =
        machine.run_with_input(&["user", "delete", "ann@example.com"], b"ann@example.com\n");
    assert!(finished.refused(2).contains("--yes"));
    assert_eq!(machine.json(&["user", "list"])["total"], 1);
}

#[tokio::test]
async fn nobody_by_that_name_is_a_failure_with_advice() {
    let machine = Machine::new().await;
    let nil = "00000000-0000-0000-0000-000000000000";
    for who in ["nobody", "nobody@example.com", nil, "", "@", "\u{1b}[2J"] {
        for command in [
            &["show"][..],
            &["lock"],
            &["unlock"],
            &["verify"],
            &["delete", "--yes"],
        ] {
            let err = machine
                .run(&[&["user"], command, &["--", who]].concat())
                .refused(1);
            assert!(
                err.contains("`gatepost user list`") && !err.contains('\u{1b}'),
                "{err}"
            );
        }
        machine
            .run(&["user", "set-role", "--", who, "ADMIN"])
            .refused(1);
    }
}

#[tokio::test]
async fn a_role_that_is_none_is_refused_with_the_roles() {
    let machine = Machine::new().await;
    let err = machine.run(&["user", "set-role", "ann", "KING"]).refused(2);
    assert!(err.contains("MANAGER"), "{err}");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--role", "ADMIN"]);
    let who = "ann@example.com";
    for command in [
        &["lock", who][..],
        &["delete", "--yes", who],
        &["set-role", who, "MANAGER"],
    ] {
        let err = machine.run(&[&["user"], command].concat()).refused(1);
        assert!(
            err.contains("The last administrator cannot be removed. Make another one first"),
            "{err}"
        );
    }
    machine.create("bob@example.com", &["--role", "ADMIN"]);
    machine.done(&["user", "lock", who]);
}
