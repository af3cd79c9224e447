//! `gatepost backup`, `gatepost restore` and `gatepost db copy`.

use std::process::Command;

use rustix::process::Signal;

use super::Machine;

const EMAIL: &str = "ann@example.com";

fn path(machine: &Machine, name: &str) -> String {
    machine.folder().join(name).display().to_string()
}

/// Gives `to` the master key of `from`.
fn hand_over_key(from: &Machine, to: &Machine) {
    let folder = to.folder().join("data");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(
        from.folder().join("data/master.key"),
        folder.join("master.key"),
    )
    .unwrap();
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_restored_on_another_machine() {
    let machine = Machine::new().await;
    machine.create(EMAIL, &["--role", "ADMIN"]);
    let server = machine.serve(&[]);
    assert_eq!(server.login(EMAIL), "200");
    let file = path(&machine, "backup.db");
    let made = machine.json(&["backup", &file]);
    assert_eq!(made["accounts"], 1);
    assert_eq!(made["master_key"]["included"], false);
    let text = machine.done(&["restore", &file, "--verify"]);
    assert!(text.contains("is whole"), "{text}");

    let other = Machine::new().await;
    let without_key = other.run(&["restore", &file]);
    assert_eq!(without_key.code, 0, "{without_key:?}");
    assert!(without_key.err.contains("master.key"), "{without_key:?}");
    assert!(without_key.out.contains("1 account ("), "{without_key:?}");
    // Without the key it does not start, and says what to do.
    let refused = other.run(&["keys", "list"]).refused(1);
    assert!(refused.contains("put it back from the backup"), "{refused}");
    hand_over_key(&machine, &other);
    let restored = other.serve(&[]);
    assert_eq!(restored.login(EMAIL), "200");
    assert!(other.done(&["audit", "verify"]).contains("Head: "));
    drop(restored);
    server.send(Signal::TERM);
    server.end();
}

#[tokio::test]
async fn a_restore_refuses_another_key_a_full_database_and_a_running_server() {
    let machine = Machine::new().await;
    machine.create(EMAIL, &[]);
    let file = path(&machine, "backup.db");
    machine.done(&["backup", &file]);
    let again = machine.run(&["backup", &file]).refused(1);
    assert!(again.contains("--force"), "{again}");
    machine.done(&["backup", &file, "--force"]);

    let other = Machine::new().await;
    other.create("bob@example.com", &[]);
    let key = other.run(&["restore", &file]).refused(1);
    assert!(key.contains("not the one of the backup"), "{key}");
    hand_over_key(&machine, &other);
    let full = other.run(&["restore", &file]).refused(1);
    assert!(
        full.contains("1 accounts") && full.contains("--force"),
        "{full}"
    );
    let server = machine.serve(&[]);
    let running = machine.run(&["restore", &file, "--force"]).refused(1);
    assert!(running.contains("in use"), "{running}");
    assert_eq!(server.login(EMAIL), "200");
    server.send(Signal::TERM);
    server.end();
    machine.done(&["restore", &file, "--force"]);
    let people = machine.json(&["user", "list"]);
    assert_eq!(people["total"], 1, "{people}");
}

#[tokio::test]
async fn a_backup_never_takes_the_place_of_the_master_key_or_the_database() {
    let machine = Machine::new().await;
    machine.create(EMAIL, &[]);
    let key = machine.folder().join("data/master.key");
    let secret = std::fs::read(&key).unwrap();
    std::os::unix::fs::symlink(&key, machine.folder().join("link")).unwrap();
    for target in ["data/master.key", "data/../data/master.key", "link"] {
        let refused = machine.run(&["backup", target, "--force"]).refused(1);
        assert!(refused.contains("the master key"), "{refused}");
        assert_eq!(std::fs::read(&key).unwrap(), secret);
    }
    if machine.database_url().is_none() {
        let refused = machine.run(&["backup", "data/gatepost.db", "--force"]);
        let refused = refused.refused(1);
        assert!(refused.contains("the database itself"), "{refused}");
    }
    let people = machine.json(&["user", "list"]);
    assert_eq!(people["total"], 1, "{people}");
}

#[tokio::test]
async fn what_is_no_backup_is_refused_in_one_line() {
    let machine = Machine::new().await;
    machine.create(EMAIL, &[]);
    let file = path(&machine, "text");
    let missing = machine.run(&["restore", &file]).refused(1);
    assert!(missing.contains("there is no file"), "{missing}");
    std::fs::write(&file, "not a database".repeat(1000)).unwrap();
    let text = machine.run(&["restore", &file]).refused(1);
    assert_eq!(text.lines().count(), 1, "{text}");
    let nowhere = path(&machine, "no/such/folder/backup.db");
    let folder = machine.run(&["backup", &nowhere]).refused(1);
    assert!(folder.contains("cannot be written"), "{folder}");
}

/// Runs a command where no file becomes longer than 64 KiB, and answers what it says about that.
fn on_full_disk(machine: &Machine, arguments: &[&str]) -> String {
    let limited = "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"";
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", limited, env!("CARGO_BIN_EXE_gatepost")])
        .args(arguments)
        .current_dir(machine.folder())
        .env_clear();
    if let Some(url) = machine.database_url() {
        command.env("GATEPOST_DATABASE_URL", url);
    }
    let output = command.output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), err.lines().count()),
        (Some(1), 1),
        "{err}"
    );
    assert!(!err.contains("the database is unavailable"), "{err}");
    err
}

#[tokio::test]
async fn trouble_with_a_file_is_told_by_its_name() {
    let machine = Machine::new().await;
    machine.create(EMAIL, &[]);
    let file = path(&machine, "backup.db");
    let full = on_full_disk(&machine, &["backup", &file]);
    assert!(
        full.contains(&format!("{file} cannot be written: ")),
        "{full}"
    );
    machine.done(&["backup", &file]);
    if machine.database_url().is_none() {
        let other = Machine::new().await;
        let full = on_full_disk(&other, &["restore", &file]);
        assert!(
            full.contains("data/gatepost.db cannot be written: "),
            "{full}"
        );
    }
    // It can be read by nobody, not even by root.
    let link = path(&machine, "link");
    std::os::unix::fs::symlink(&link, &link).unwrap();
    let unreadable = machine.run(&["restore", &link]).refused(1);
    assert!(
        unreadable.contains(&format!("the backup {link} cannot be read: ")),
        "{unreadable}"
    );
}

#[tokio::test]
async fn everything_moves_to_another_database() {
    let machine = Machine::new().await;
    machine.create(EMAIL, &[]);
    let to = format!("sqlite:{}", path(&machine, "moved.db"));
    let address = path(&machine, "address");
    std::fs::write(&address, format!("{to}\n")).unwrap();
    let copied = machine.json(&["db", "copy", "--to-file", &address]);
    assert_eq!(copied["accounts"], 1);
    let full = machine.run(&["db", "copy", "--to", &to]).refused(1);
    assert!(full.contains("--force"), "{full}");
    machine.done(&["db", "copy", "--to", &to, "--force"]);
    let moved = machine.serve(&["--database-url", &to]);
    assert_eq!(moved.login(EMAIL), "200");
    let odd = machine
        .run(&["db", "copy", "--to", "mysql://db/gatepost"])
        .refused(2);
    assert!(odd.contains("--to wants sqlite:"), "{odd}");
}
