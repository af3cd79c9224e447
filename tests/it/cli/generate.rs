//! What is made from the program itself: the document, the completions, the manual page.

use std::process::Stdio;

use super::Machine;
use crate::support::source;

#[tokio::test]
async fn openapi_prints_the_committed_document() {
    let machine = Machine::new().await;
    assert!(
        machine.done(&["openapi"]) == source::read("openapi.json"),
        "run `make openapi`"
    );
    assert!(!machine.folder().join("data").exists(), "it needs no data");
}

#[tokio::test]
async fn every_shell_gets_its_completions() {
    let machine = Machine::new().await;
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = machine.done(&["completions", shell]);
        for word in ["set-role", "password-stdin", "unverified"] {
            assert!(script.contains(word), "{shell} knows no {word}");
        }
    }
    assert!(
        machine.done(&["completions", "bash"]).contains("MANAGER"),
        "roles are completed"
    );
    machine.run(&["completions", "sh"]).refused(2);
}

#[tokio::test]
async fn the_manual_page_has_every_command() {
    let machine = Machine::new().await;
    let page = machine.done(&["man"]);
    let commands = "serve config migrate openapi completions man";
    let users = "create list show set-role lock unlock verify delete";
    let commands = commands
        .split(' ')
        .map(|command| format!("gatepost {command}"));
    let users = users
        .split(' ')
        .map(|command| format!("gatepost user {command}"));
    for command in commands
        .chain(users)
        .chain(["gatepost keys rotate".to_owned()])
    {
        assert!(
            page.contains(&format!("\n.SS \"{command}\"\n")),
            "{command}"
        );
    }
    assert!(page.contains(".TH gatepost 1") && page.contains("EXIT STATUS"));
    assert!(!page.contains("gatepost help"), "the page is the help");
}

#[tokio::test]
async fn help_and_version_go_to_standard_output() {
    let machine = Machine::new().await;
    assert!(machine.done(&["--help"]).contains("Usage: gatepost"));
    assert!(machine.done(&["user", "create", "-h"]).contains("--link"));
    assert_eq!(
        machine.done(&["--version"]),
        format!("gatepost {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn a_reader_who_has_enough_is_no_failure() {
    let machine = Machine::new().await;
    for arguments in [
        &["openapi"][..],
        &["man"],
        &["--help"],
        &["completions", "bash"],
        &["config"],
    ] {
        let mut child = machine
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), output.stderr.len()),
            (Some(0), 0),
            "{arguments:?}"
        );
    }
}
