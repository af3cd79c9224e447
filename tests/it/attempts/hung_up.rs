//! Whoever hangs up before he has his answer has guessed all the same.

use std::time::Duration;

use gatepost::db::Run;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{LOCKED, try_password};
use crate::support::app::Server;
use crate::support::{PASSWORD, TestApp};

/// Sends a wrong password, and is gone.
async fn guess_and_go(server: &Server, email: &str) {
    let body = format!(
        "username={}&password=Wrong*12345",
        email.replace('@', "%40")
    );
    let request = format!(
        "POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// The lock-outs of whatever was typed.
async fn lockouts(app: &TestApp) -> i64 {
    let rows = app
        .db
        .all("SELECT lockouts FROM login_failures", &[])
        .await
        .unwrap();
    rows.first().map_or(0, |row| row.get("lockouts").unwrap())
}

/// How many wrong passwords the audit log has.
async fn written_down(app: &TestApp) -> usize {
    let refused =
        "SELECT id FROM audit_entries WHERE event = 'login' AND reason = 'wrong_password'";
    app.db.all(refused, &[]).await.unwrap().len()
}

#[tokio::test]
async fn guesses_count_whether_or_not_their_answer_is_waited_for() {
    let app = TestApp::start().await;
    app.admin().await;
    let server = app.listen().await;
    // Some are gone before anybody has seen their request.
    for tries in 0.. {
        if lockouts(&app).await == 1 {
            break;
        }
        assert!(tries < 1000, "they were never decided");
        guess_and_go(&server, "admin@example.com").await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    try_password(&app, "admin@example.com", PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
    // They are compared side by side: another may be written down after the one that locks.
    let guesses = usize::try_from(app.config.login.max_attempts).unwrap();
    for tries in 0.. {
        let refused = written_down(&app).await;
        if refused >= guesses {
            break;
        }
        assert!(tries < 1000, "not all are written down: {refused}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.stop().await;
}
