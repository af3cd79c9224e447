//! `gatepost config`, and what every command says to wrong settings.

use serde_json::{Value, json};

use super::Machine;
use crate::support::source;

#[tokio::test]
async fn config_shows_what_is_in_force_and_from_where() {
    let machine = Machine::new().await;
    std::fs::write(
        machine.folder().join("gatepost.toml"),
        "product = \"Gate\"\n",
    )
    .unwrap();
    let out = machine.done(&[
        "config",
        "--listen",
        "localhost:8123",
        "--set",
        "log.level=warn",
    ]);
    let line = |name: &str| {
        out.lines()
            .find(|line| line.starts_with(&format!("{name} ")))
            .unwrap_or_default()
    };
    assert!(line("product").ends_with("gatepost.toml line 1"), "{out}");
    assert!(
        line("listen").contains("localhost:8123") && line("listen").ends_with("command line"),
        "{out}"
    );
    assert!(line("log.level").contains("warn"), "{out}");
    assert!(line("session.lifetime").ends_with("default"), "{out}");
}

#[tokio::test]
async fn config_masks_secrets_also_as_json() {
    let machine = Machine::new().await;
    let secret = "keys.secret=0123456789012345678901234567890123456789";
    let url = "postgres://gate:hunter22@db.example.com/gate";
    let arguments = ["config", "--set", secret, "--database-url", url];
    for out in [
        machine.done(&arguments),
        machine.done(&[&arguments[..], &["--json"]].concat()),
    ] {
        assert!(
            out.contains("db.example.com")
                && !out.contains("hunter22")
                && !out.contains("01234567890"),
            "{out}"
        );
    }
    let lines = machine.json(&["config"]);
    let known = |line: &&Value| line["key"] == "session.lifetime";
    let line = lines.as_array().unwrap().iter().find(known).unwrap();
    assert_eq!(
        *line,
        json!({
            "key": "session.lifetime", "value": "24h", "default": "24h", "is_default": true, "origin": "default",
            "variable": "GATEPOST_SESSION_LIFETIME",
            "about": "The longest that one login lasts, whatever is done in it. From 1s to 400d.",
        })
    );
}

#[tokio::test]
async fn the_manual_can_be_read_whatever_the_settings_are() {
    let machine = Machine::new().await;
    let output = machine
        .command(&["config", "--default"])
        .env("GATEPOST_NONSENSE", "1")
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        source::read("config.default.toml")
    );
    assert!(output.status.success());
}

#[tokio::test]
async fn an_unknown_setting_is_named_with_the_nearest_right_one() {
    let machine = Machine::new().await;
    for command in [&["config"][..], &["serve"], &["user", "list"], &["migrate"]] {
        let arguments = [command, &["--set", "lisen=localhost:1"]].concat();
        let err = machine.run(&arguments).refused(1);
        assert!(
            err.contains("\"lisen\"; did you mean \"listen\"?") && err.lines().count() == 1,
            "{err}"
        );
    }
    std::fs::write(
        machine.folder().join("gatepost.toml"),
        "[sesion]\nlifetime = \"1h\"\n",
    )
    .unwrap();
    let err = machine.run(&["serve"]).refused(1);
    assert!(
        err.contains("gatepost.toml line 2") && err.contains("\"session.lifetime\""),
        "{err}"
    );
}

#[tokio::test]
async fn a_wrong_value_is_one_clear_line() {
    let machine = Machine::new().await;
    let err = machine.run(&["--set", "session.lifetime=soon"]).refused(1);
    assert!(
        err.contains("session.lifetime = \"soon\"") && err.lines().count() == 1,
        "{err}"
    );
    let err = machine.run(&["config", "--set", "nothing"]).refused(2);
    assert!(err.contains("expected KEY=VALUE"), "{err}");
}

#[tokio::test]
async fn what_is_not_understood_is_a_matter_of_usage() {
    let machine = Machine::new().await;
    for arguments in [
        &["lock"][..],
        &["user", "show"],
        &["--nonsense"],
        &["user", "list", "--locked", "--unlocked"],
    ] {
        machine.run(arguments).refused(2);
    }
    assert_eq!(machine.run(&["user"]).code, 2);
    assert!(
        !machine.folder().join("data").exists(),
        "nothing was touched"
    );
}

#[tokio::test]
async fn migrate_says_what_it_did() {
    let machine = Machine::new().await;
    assert!(
        machine
            .done(&["migrate"])
            .ends_with(" migrations were applied.\n")
    );
    assert_eq!(machine.done(&["migrate"]), "The database is up to date.\n");
    assert_eq!(machine.json(&["migrate"]), json!({"applied": 0}));
}

#[tokio::test]
async fn config_is_searched_by_words_and_for_what_was_changed() {
    let machine = Machine::new().await;
    let names = |arguments: &[&str]| -> Vec<String> {
        let lines = machine.json(&[&["config"], arguments].concat());
        let lines = lines.as_array().unwrap().clone();
        let name = |line: &Value| line["key"].as_str().unwrap().to_owned();
        lines.iter().map(name).collect()
    };
    let changed = names(&[
        "--changed",
        "--set",
        "product=Gate",
        "--set",
        "log.level=warn",
    ]);
    let changed: Vec<&String> = changed
        .iter()
        .filter(|name| *name != "database.url")
        .collect();
    assert_eq!(changed, ["product", "log.level"]);
    assert_eq!(names(&["session", "IDLE"]).first().unwrap(), "session.idle");
    assert_eq!(names(&["no-such-word"]).len(), 0);
}
