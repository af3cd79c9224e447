//! `gatepost keys`.

use std::fs::{self, DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

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

#[tokio::test]
async fn a_file_that_is_no_master_key_is_refused_with_advice() {
    let machine = Machine::new().await;
    machine.done(&["keys", "list"]);
    let path = machine.folder().join("data/master.key");
    let whole = fs::read(&path).unwrap();
    for (content, fault) in [
        (&b""[..], "it is empty"),
        (&b" \n"[..], "it is empty"),
        (&whole[..12], "fewer than 32 characters"),
        (&[0; 43][..], "zeros"),
    ] {
        fs::write(&path, content).unwrap();
        let err = machine.run(&["keys", "list"]).refused(1);
        assert!(
            err.contains(fault) && err.contains("from the backup") && err.lines().count() == 1,
            "{err}"
        );
    }
    fs::write(&path, whole).unwrap();
    machine.done(&["keys", "list"]);
}

#[tokio::test]
async fn an_empty_master_key_protects_no_new_server_either() {
    let machine = Machine::new().await;
    let data = machine.folder().join("data");
    DirBuilder::new().mode(0o700).create(&data).unwrap();
    let path = data.join("master.key");
    let mut new = OpenOptions::new();
    new.write(true).create_new(true).mode(0o600);
    new.open(&path).unwrap();
    let err = machine.run(&["keys", "list"]).refused(1);
    assert!(err.contains("delete it"), "{err}");
    fs::remove_file(&path).unwrap();
    machine.done(&["keys", "list"]);
    assert_eq!(fs::read_to_string(&path).unwrap().len(), 43);
    let files = fs::read_dir(&data).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let of_key = names.filter(|name| name.starts_with("master."));
    assert_eq!(of_key.count(), 1, "no draft is left behind");
}
