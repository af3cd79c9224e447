//! `gatepost system`, with a server and without one; the figures of the server in `gatepost stats`.

use std::net::TcpListener;

use serde_json::Value;

use crate::cli::Machine;

/// Where the metrics of a test's server are: a port that was free a moment ago.
fn metrics() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!(
        "metrics.listen=127.0.0.1:{}",
        listener.local_addr().unwrap().port()
    )
}

#[tokio::test]
async fn tells_of_the_database_without_a_server() {
    let machine = Machine::new().await;
    let set = metrics();
    let out = machine.done(&["system", "--set", &set]);
    for shown in [
        "Version ",
        "Answers within ",
        " 0 missing",
        "Server ",
        "no server answers at 127.0.0.1:",
    ] {
        assert!(out.contains(shown), "{shown}: {out}");
    }
    let told = machine.json(&["system", "--set", &set]);
    assert_eq!(told["node"], Value::Null);
    assert_eq!(told["database"]["missing_migrations"], 0);
    assert_eq!(told["queues"]["mails"]["waiting"], 0);
    let off = machine.json(&["system", "--set", "metrics.listen="]);
    let why = off["node_unknown_because"].as_str().unwrap();
    assert!(why.contains("metrics.listen is empty"), "{why}");
}

#[tokio::test]
async fn asks_the_server_that_runs_for_what_only_it_knows() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &[]);
    let set = metrics();
    let server = machine.serve(&["--set", &set]);
    assert_eq!(server.login("ann@example.com").trim(), "200");
    let listen = format!("localhost:{}", server.port());
    let flags = ["--listen", &listen, "--set", &set];
    let told = machine.json(&[&["system"][..], &flags].concat());
    assert_eq!(told["node"]["public_url"], format!("http://{listen}"));
    assert_eq!(told["node"]["hashing"]["done"], 1);
    let out = machine.done(&[&["system"][..], &flags].concat());
    assert!(out.contains(" log-ins/s, "), "{out}");
    let stats = machine.json(&[&["stats"][..], &flags].concat());
    let per_second = stats["machine"]["logins_per_second"].as_f64().unwrap();
    assert!(per_second > 0.0, "{stats}");
    // A server of something else is not taken for this one.
    let other = ["--listen", "localhost:1", "--set", &set];
    let told = machine.json(&[&["system"][..], &other].concat());
    assert_eq!(told["node"], Value::Null);
    let stats = machine.json(&[&["stats"][..], &other].concat());
    assert_eq!(stats["machine"], Value::Null);
}

#[tokio::test]
async fn knows_of_the_last_backup() {
    let machine = Machine::new().await;
    let set = metrics();
    let before = machine.json(&["system", "--set", &set]);
    assert_eq!(before["last_backup_at"], Value::Null);
    let file = machine.folder().join("backup.db").display().to_string();
    machine.done(&["backup", &file]);
    let told = machine.json(&["system", "--set", &set]);
    let at = told["last_backup_at"].as_str().expect("a moment");
    assert!(at.starts_with('2') && at.ends_with('Z'), "{at}");
    assert!(machine.done(&["system", "--set", &set]).contains(at));
}
