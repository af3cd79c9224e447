//! `gatepost doctor`: what it sees, what it says to do, and that it leaves nothing behind.

mod deadlines;
mod own_tls;
mod proxies;

use std::fs::{Permissions, set_permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use gatepost::db::Run;
use serde_json::Value;

use super::{Machine, Running};
use crate::support::certificates::Certificate;
use crate::support::database::standby::Standby;
use crate::support::smtp_sink::Sink;

/// Where nobody listens.
fn free() -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("localhost:{}", free.local_addr().unwrap().port())
}

/// A server on a port that the doctor can be told.
fn serve(machine: &Machine) -> (Running, String) {
    let listen = free();
    let setting = format!("listen={listen}");
    let server = machine.serve(&["--set", &setting, "--set", "metrics.listen="]);
    (server, listen)
}

/// The exit code and the findings.
fn findings(machine: &Machine, arguments: &[&str]) -> (i32, Vec<Value>) {
    let finished = machine.run(&[&["doctor", "--json"], arguments].concat());
    let report: Value =
        serde_json::from_str(&finished.out).unwrap_or_else(|error| panic!("{error}: {finished:?}"));
    assert_eq!(report["ok"], finished.code == 0, "{finished:?}");
    assert_eq!(finished.err.is_empty(), finished.code == 0, "{finished:?}");
    (
        finished.code,
        report["findings"].as_array().unwrap().clone(),
    )
}

/// How each check ended, in order.
fn levels<'a>(findings: &'a [Value], check: &str) -> Vec<&'a str> {
    let of_check = findings.iter().filter(|found| found["check"] == check);
    of_check
        .map(|found| found["level"].as_str().unwrap())
        .collect()
}

async fn accounts(machine: &Machine) -> i64 {
    let db = machine.db().await;
    let row = db.one("SELECT COUNT(*) AS number FROM accounts", &[]).await;
    let number = row.unwrap().get("number").unwrap();
    db.close().await;
    number
}

#[tokio::test]
async fn a_server_that_is_well_passes_and_the_account_is_gone() {
    let machine = Machine::new().await;
    let (server, listen) = serve(&machine);
    machine.create("ann@example.com", &[]);
    let (code, found) = findings(&machine, &["--listen", &listen]);
    assert_eq!(code, 0, "{found:#?}");
    for check in [
        "settings",
        "public_url",
        "proxies",
        "data",
        "master key",
        "database",
        "durability",
        "migrations",
        "keys",
        "mail",
        "reached",
        "clock",
        "headers",
        "login",
    ] {
        let levels = levels(&found, check);
        let is_ok = !levels.is_empty() && levels.iter().all(|level| *level == "ok");
        // The test's PostgreSQL need not keep anything.
        let is_careless = check == "durability" && levels == ["warn"];
        assert!(is_ok || is_careless, "{check}: {found:#?}");
    }
    assert_eq!(levels(&found, "tls"), ["skip"]);
    assert_eq!(accounts(&machine).await, 1);
    let text = machine.done(&["doctor", "--listen", &listen]);
    assert!(text.starts_with("ok    settings"), "{text}");
    drop(server);
}

#[tokio::test]
async fn without_a_server_it_says_what_it_could_not_look_at() {
    let machine = Machine::new().await;
    let (server, listen) = serve(&machine);
    machine.create("ann@example.com", &[]);
    drop(server);
    let (code, found) = findings(&machine, &["--listen", &listen]);
    assert_eq!(code, 1);
    assert_eq!(levels(&found, "reached"), ["fail"]);
    for check in ["tls", "headers", "login"] {
        assert_eq!(levels(&found, check), ["skip"], "{found:#?}");
    }
    assert_eq!(levels(&found, "migrations"), ["ok"]);
    assert_eq!(accounts(&machine).await, 1);
}

#[tokio::test]
async fn it_makes_nothing_where_nothing_was() {
    let machine = Machine::new().await;
    let (code, found) = findings(&machine, &["--listen", "localhost:1"]);
    assert_eq!(code, 1);
    assert_eq!(levels(&found, "data"), ["warn"]);
    assert_eq!(levels(&found, "master key"), ["warn"]);
    assert!(!machine.folder().join("data").exists());
}

#[tokio::test]
async fn it_finds_what_is_open_to_others() {
    let machine = Machine::new().await;
    drop(machine.serve(&[]));
    let data = machine.folder().join("data");
    set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    set_permissions(data.join("master.key"), Permissions::from_mode(0o644)).unwrap();
    let (_, found) = findings(&machine, &["--listen", "localhost:1"]);
    assert_eq!(levels(&found, "data"), ["warn"]);
    assert_eq!(levels(&found, "master key"), ["fail"]);
    let todo: Vec<&str> = found
        .iter()
        .filter_map(|found| found["todo"].as_str())
        .collect();
    assert!(
        todo.iter().any(|todo| todo.starts_with("chmod 600 ")),
        "{todo:?}"
    );
}

#[tokio::test]
async fn it_finds_a_master_key_that_is_none() {
    let machine = Machine::new().await;
    drop(machine.serve(&[]));
    std::fs::write(machine.folder().join("data/master.key"), "").unwrap();
    let (code, found) = findings(&machine, &["--listen", "localhost:1"]);
    assert_eq!((code, levels(&found, "master key")), (1, vec!["fail"]));
    assert_eq!(levels(&found, "keys"), ["skip"]);
}

#[tokio::test]
async fn it_finds_settings_that_endanger_people() {
    let machine = Machine::new().await;
    for (setting, check, level) in [
        ("public_url=http://0.0.0.0:1", "public_url", "fail"),
        ("listen=0.0.0.0:1", "public_url", "fail"),
        ("http.trusted_proxies=0.0.0.0/0", "proxies", "fail"),
        ("http.trusted_proxies=10.0.0.0/8", "proxies", "ok"),
        ("metrics.listen=0.0.0.0:9464", "metrics", "warn"),
    ] {
        let (_, found) = findings(&machine, &["--listen", "localhost:1", "--set", setting]);
        assert_eq!(levels(&found, check), [level], "{setting}: {found:#?}");
    }
    let (code, found) = findings(&machine, &["--set", "log.level=loud"]);
    assert_eq!((code, levels(&found, "settings")), (1, vec!["fail"]));
}

#[tokio::test]
async fn it_finds_a_server_that_has_another_key_or_is_none() {
    let (machine, other) = (Machine::new().await, Machine::new().await);
    let (server, listen) = serve(&machine);
    drop(other.serve(&[]));
    let (code, found) = findings(&other, &["--listen", &listen]);
    assert_eq!(
        (code, levels(&found, "headers")),
        (1, vec!["fail"]),
        "{found:#?}"
    );
    assert_eq!(levels(&found, "login"), ["skip"]);
    drop(server);

    let sink = Sink::start();
    let listen = format!("localhost:{}", sink.port);
    let (code, found) = findings(&other, &["--listen", &listen]);
    assert_eq!(
        (code, levels(&found, "reached")),
        (1, vec!["fail"]),
        "{found:#?}"
    );
}

#[tokio::test]
async fn it_talks_to_the_mail_server_and_sends_a_mail_if_asked() {
    let machine = Machine::new().await;
    let sink = Sink::start();
    let settings = [
        "--listen",
        "localhost:1",
        "--set",
        "mail.smtp_host=127.0.0.1",
        "--set",
        &format!("mail.smtp_port={}", sink.port),
        "--set",
        "mail.smtp_tls=none",
        "--set",
        "mail.smtp_username=gatepost",
        "--set",
        "mail.smtp_password=hunter22",
        "--set",
        "mail.from=Gatepost <no-reply@example.com>",
    ];
    let (_, found) = findings(&machine, &settings);
    assert_eq!(levels(&found, "mail"), ["ok"], "{found:#?}");
    assert!(sink.commands().iter().any(|line| line.starts_with("AUTH")));
    assert!(sink.taken().is_empty());
    let to = ["--mail-to", "me@example.com"];
    let (_, found) = findings(&machine, &[&settings[..], &to].concat());
    assert_eq!(levels(&found, "mail"), ["ok"], "{found:#?}");
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].to[0].contains("me@example.com") && taken[0].data.contains("doctor"));
    sink.refuse("me@", "550 no such mailbox");
    let (code, found) = findings(&machine, &[&settings[..], &to].concat());
    assert_eq!((code, levels(&found, "mail")), (1, vec!["fail"]));
    assert!(!format!("{found:?}").contains("hunter22"));
    machine
        .run(&["doctor", "--mail-to", "no address"])
        .refused(2);
}

#[tokio::test]
async fn a_database_of_an_older_release_is_left_alone() {
    let machine = Machine::new().await;
    drop(machine.serve(&[]));
    let db = machine.db().await;
    let last = "DELETE FROM schema_migrations WHERE version = (SELECT MAX(version) FROM schema_migrations)";
    db.execute(last, &[]).await.unwrap();
    let (code, found) = findings(&machine, &["--listen", "localhost:1"]);
    assert_eq!((code, levels(&found, "migrations")), (1, vec!["fail"]));
    assert_eq!(levels(&found, "keys"), ["skip"]);
    assert_eq!(db.missing_migrations().await.unwrap(), 1);
    db.close().await;
}

#[tokio::test]
async fn it_says_whether_lists_can_be_read_at_the_replica() {
    let machine = Machine::new().await;
    drop(machine.serve(&[]));
    let Some(primary) = machine.database_url() else {
        return;
    };
    let judged = |url: &str| {
        let setting = format!("database.replica_url={url}");
        let (_, found) = findings(&machine, &["--listen", "localhost:1", "--set", &setting]);
        let levels = levels(&found, "replica");
        (levels.concat(), format!("{found:?}"))
    };
    // The primary itself, by another address: neither doctor nor server takes it.
    let disguised = format!("{primary}?application_name=replica");
    let (level, told) = judged(&disguised);
    assert_eq!(level, "fail");
    assert!(told.contains("it accepts writes"), "{told}");
    let setting = format!("database.replica_url={disguised}");
    let quietly = ["--listen", "localhost:0", "--set", "metrics.listen="];
    let refused = machine.run(&[&quietly[..], &["--set", &setting]].concat());
    let refused = refused.refused(1);
    assert!(refused.contains("must name a hot standby"), "{refused}");

    assert_eq!(judged("postgres://127.0.0.1:1/gatepost").0, "warn");
    let Some(standby) = Standby::create() else {
        return;
    };
    let url = standby.url(&primary);
    let (level, told) = judged(&url);
    assert_eq!(level, "ok", "{told}");
    machine.create("ann@example.com", &[]);
    let setting = format!("database.replica_url={url}");
    let exported = machine.done(&["export", "--set", &setting]);
    assert!(exported.contains("ann@example.com"), "{exported}");
}

#[tokio::test]
async fn it_judges_the_certificate_that_the_server_itself_shows() {
    let machine = Machine::new().await;
    for (until, level) in [(None, "ok"), (Some(2020), "warn")] {
        let folder = tempfile::tempdir().unwrap();
        let files = Certificate::write_until(folder.path(), until);
        let [chain, key] = [&files.chain, &files.key].map(|path| path.to_str().unwrap());
        let pair = [
            "--set".to_owned(),
            format!("tls.certificate={chain}"),
            "--set".to_owned(),
            format!("tls.key={key}"),
        ];
        let args: Vec<&str> = pair.iter().map(String::as_str).collect();
        let args = [&["--listen", "localhost:1"], &args[..]].concat();
        let (_, found) = findings(&machine, &args);
        assert_eq!(levels(&found, "certificate"), [level], "{found:#?}");

        std::fs::write(&files.chain, "no certificate").unwrap();
        let (code, found) = findings(&machine, &args);
        assert_eq!(
            (code, levels(&found, "certificate")),
            (1, vec!["fail"]),
            "{found:#?}"
        );
    }
}
