//! The listener of its own, on which nothing but the metrics is.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::process::Signal;

use crate::cli::{Machine, Running};

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn ask(port: u16, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn serve(machine: &Machine, listen: &str) -> Running {
    machine.serve(&["--set", &format!("metrics.listen={listen}")])
}

#[tokio::test]
async fn answers_metrics_and_nothing_else_and_the_main_port_has_none() {
    let machine = Machine::new().await;
    let port = free_port();
    let server = serve(&machine, &format!("127.0.0.1:{port}"));
    let answer = ask(port, "/metrics", &format!("localhost:{port}"));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        answer.contains("\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("\ngatepost_build_info{version="),
        "{answer}"
    );
    for path in ["/", "/login-form", "/users/", "/metrics/x"] {
        let answer = ask(port, path, "127.0.0.1");
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert!(server.exchange(request).starts_with("HTTP/1.1 404 "));
    server.send(Signal::TERM);
    assert_eq!(server.end().0, Some(0));
}

#[tokio::test]
async fn a_page_whose_name_leads_here_cannot_read_it() {
    let machine = Machine::new().await;
    let port = free_port();
    let _server = serve(&machine, &format!("127.0.0.1:{port}"));
    for host in [
        "evil.example",
        "evil.example:9464",
        "localhost.evil.example",
        "192.0.2.1",
    ] {
        let answer = ask(port, "/metrics", host);
        assert!(answer.starts_with("HTTP/1.1 403 "), "{host}: {answer}");
        assert!(!answer.contains("gatepost_"), "{answer}");
    }
    for host in ["localhost", "127.0.0.1:9464", "[::1]:9464", "[::1]"] {
        let answer = ask(port, "/metrics", host);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
}

#[tokio::test]
async fn a_port_that_was_chosen_must_be_free_and_the_default_need_not() {
    let machine = Machine::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let setting = format!("metrics.listen=127.0.0.1:{port}");
    let err = machine
        .run(&["--listen", "localhost:0", "--set", &setting])
        .refused(1);
    assert!(
        err.contains(&setting[..14]) && err.contains("or \"\" for none"),
        "{err}"
    );
    // Whoever has the default's port, both of these start.
    let (_one, other) = (machine.serve(&[]), machine.serve(&[]));
    let none = serve(&machine, "");
    for server in [&other, &none] {
        assert!(server.greeting.contains("is running"));
    }
}
