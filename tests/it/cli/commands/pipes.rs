//! Pipes: whoever reads may have enough before the end, and what is for people does not stand between what is for programs.

use std::process::Stdio;

use super::Machine;

#[tokio::test]
async fn a_reader_that_has_enough_is_no_failure() {
    let machine = Machine::new().await;
    for number in 0..3 {
        machine.create(&format!("user{number}@example.com"), &[]);
    }
    for arguments in [
        &["user", "list"][..],
        &["user", "list", "--json"],
        &["user", "show", "user1@example.com", "--json"],
        &["user", "history", "user1@example.com"],
        &["invitation", "list"],
        &["keys", "list", "--json"],
        &["stats", "--json"],
        &["system", "--set", "metrics.listen="],
        &["audit", "list"],
        &["audit", "export"],
        &["export"],
        &["mail", "list", "--json"],
        &["config"],
        &["openapi"],
        &["man"],
        &["completions", "bash"],
    ] {
        let mut command = machine.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), &*err),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[tokio::test]
async fn what_fails_says_so_beside_the_output_and_by_its_code() {
    let machine = Machine::new().await;
    for arguments in [
        &["user", "show", "nobody", "--json"][..],
        &["user", "history", "nobody", "--json"],
        &["user", "update", "nobody", "--bio", "x", "--json"],
        &["user", "list", "--limit", "0", "--json"],
        &["invitation", "list", "--state", "odd", "--json"],
        &["stats", "--from", "never", "--json"],
    ] {
        machine.run(arguments).refused(1);
    }
}
