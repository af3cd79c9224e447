//! The stream on a real socket: longer than any connection may be silent, and gone with the one who looked.

use std::time::Duration;

use gatepost::config::Period;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::app_with;

/// Longer than anything here takes, unless it never ends.
const NEVER: Duration = Duration::from_mins(1);

async fn read_until(stream: &mut TcpStream, is_enough: impl Fn(&str) -> bool) -> String {
    let mut received = String::new();
    let mut part = [0; 4096];
    while !is_enough(&received) {
        let count = tokio::time::timeout(NEVER, stream.read(&mut part)).await;
        let count = count.expect("it says something or ends").unwrap();
        assert!(count > 0, "it was cut off:\n{received}");
        received.push_str(std::str::from_utf8(&part[..count]).unwrap());
    }
    received
}

#[tokio::test]
async fn is_not_cut_off_as_idle_and_leaves_with_the_one_who_looked() {
    let app = app_with(|config| {
        config.http.stall = Period::millis(200);
        config.http.idle = Period::millis(100);
        config.http.header_deadline = Period::millis(200);
    })
    .await;
    let token = app.admin().await.token.clone();
    let server = app.listen().await;
    let mut stream = TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    let request = format!(
        "GET /admin/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    // So many comments take several times as long as a connection may be silent or stalled.
    let received = read_until(&mut stream, |text| text.matches("\n:\n").count() >= 10).await;
    assert!(received.starts_with("HTTP/1.1 200"), "{received}");
    assert!(received.contains("event: figures"), "{received}");
    assert_eq!(app.live.count(), 1);
    drop(stream);
    let gone = async {
        while app.live.count() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(NEVER, gone)
        .await
        .expect("the seat is free");
    server.stop().await;
}

#[tokio::test]
async fn does_not_hold_up_the_end_of_the_server() {
    let app = app_with(|config| config.http.drain = Period::hours(1)).await;
    let token = app.admin().await.token.clone();
    let server = app.listen().await;
    let mut stream = TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    let request = format!(
        "GET /admin/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut stream, |text| text.contains("event: figures")).await;
    // As on SIGTERM, which says it before the port closes.
    app.health.drain();
    tokio::time::timeout(NEVER, server.stop())
        .await
        .expect("it ends");
}
