//! The line of the log that each request leaves, with the time of its stages.

use std::fs::{self, File};

use rustix::process::Signal;
use serde_json::Value;

use crate::cli::Machine;

/// Serves some requests, and answers the lines about them.
fn lines(machine: &Machine, settings: &[&str]) -> Vec<Value> {
    let path = machine.folder().join("log.txt");
    let json = ["--set", "log.format=json", "--set", "metrics.listen="];
    let arguments = [&json[..], settings].concat();
    let server = machine.serve_logging(&arguments, File::create(&path).unwrap());
    assert_eq!(server.login("ann@example.com"), "200");
    server.exchange(
        "GET /verify-email/secret-token/other-secret HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    );
    server.send(Signal::TERM);
    server.end();
    let log = fs::read_to_string(path).unwrap();
    assert!(!log.contains("secret") && !log.contains("ann@"), "{log}");
    let lines = log.lines().map(serde_json::from_str::<Value>);
    let lines = lines.map(|line| line.expect("JSON"));
    lines.filter(|line| line["route"].is_string()).collect()
}

#[tokio::test]
async fn has_the_route_the_stages_and_the_network_and_no_secret() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &[]);
    let lines = lines(&machine, &[]);
    let login = lines
        .iter()
        .find(|line| line["route"] == "/login")
        .expect("a line");
    assert_eq!(login["message"], "request");
    assert_eq!(
        (login["level"].as_str(), login["status"].as_u64()),
        (Some("INFO"), Some(200))
    );
    assert_eq!(login["method"], "POST");
    assert_eq!(login["network"], "127.0.0.1");
    assert_eq!(login["id"].as_str().map(str::len), Some(32));
    let mut sum = 0.0;
    for stage in ["parse", "database", "hash", "commit"] {
        sum += login[stage]
            .as_f64()
            .unwrap_or_else(|| panic!("no {stage}: {login}"));
    }
    let all = login["millis"].as_f64().unwrap();
    assert!(
        sum <= all + 0.2,
        "the stages are parts of the whole: {login}"
    );
    assert!(
        login.get("render").is_none() && login.get("trace").is_none(),
        "{login}"
    );
}

#[tokio::test]
async fn is_a_warning_when_the_request_was_slow() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &[]);
    let lines = lines(
        &machine,
        &["--set", "log.slow=1ms", "--set", "log.level=warn"],
    );
    let login = lines
        .iter()
        .find(|line| line["route"] == "/login")
        .expect("a line");
    assert_eq!(
        (login["level"].as_str(), login["message"].as_str()),
        (Some("WARN"), Some("slow request"))
    );
}
