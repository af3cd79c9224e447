//! A server that is being stopped says so before its port closes.

use rustix::process::Signal;

use crate::cli::Machine;

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}

#[tokio::test]
async fn readiness_ends_first_and_everything_else_is_answered_meanwhile() {
    let machine = Machine::new().await;
    let server = machine.serve(&["--set", "http.drain_notice=5m"]);
    assert!(
        server
            .exchange(&get("/readyz"))
            .starts_with("HTTP/1.1 200 ")
    );
    server.send(Signal::TERM);
    let mut answer = String::new();
    // The signal takes a moment to arrive.
    for _ in 0..1000 {
        answer = server.exchange(&get("/readyz"));
        if !answer.starts_with("HTTP/1.1 200 ") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains(r#""code":"draining""#), "{answer}");
    assert!(
        server
            .exchange(&get("/healthz"))
            .starts_with("HTTP/1.1 200 ")
    );
    assert!(server.exchange(&get("/")).starts_with("HTTP/1.1 200 "));
    // Whoever does not want to wait presses Ctrl-C.
    server.send(Signal::INT);
    assert_eq!(server.end().0, Some(130));
}

#[tokio::test]
async fn after_the_notice_it_ends() {
    let machine = Machine::new().await;
    let server = machine.serve(&["--set", "http.drain_notice=50ms"]);
    server.send(Signal::TERM);
    assert_eq!(server.end().0, Some(0));
}
