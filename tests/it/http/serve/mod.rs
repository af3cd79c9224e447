//! On a real socket: what only a connection shows.

mod crowd;
mod old_tls;
mod patience;
mod second_version;
mod tls;

use crate::support::TestApp;

/// The status line's number, and everything.
fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[tokio::test]
async fn answers_on_the_port() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let answer = server
        .exchange(b"GET /api/myaccount/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(status(&answer), 401, "{answer}");
    assert!(
        answer
            .to_lowercase()
            .contains("\r\nwww-authenticate: bearer\r\n"),
        "{answer}"
    );
    server.stop().await;
}

#[tokio::test]
async fn refuses_a_large_body_before_it_has_come() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let head = "POST /register/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let mut declared = format!("{head}Content-Length: 10000000\r\n\r\n").into_bytes();
    declared.extend(vec![b'x'; 70_000]);
    let answer = server.exchange(&declared).await;
    assert_eq!(status(&answer), 413, "{answer}");
    // Whoever waits to be told is told at once.
    let waiting = format!("{head}Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n");
    let answer = server.exchange(waiting.as_bytes()).await;
    assert_eq!(status(&answer), 413, "{answer}");
    let mut chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..5 {
        chunked.extend(format!("4000\r\n{}\r\n", "x".repeat(0x4000)).into_bytes());
    }
    let answer = server.exchange(&chunked).await;
    assert_eq!(status(&answer), 413, "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn a_body_may_come_in_chunks_of_a_byte() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let body = r#"{"email": "ann@example.com", "password": "Secure*1234"}"#;
    let chunks: Vec<_> = body.chars().map(|c| format!("1\r\n{c}\r\n")).collect();
    let chunks = chunks.concat();
    let head = "POST /register/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let request = format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");
    let answer = server.exchange(request.as_bytes()).await;
    assert_eq!(status(&answer), 200, "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn refuses_large_headers_and_what_is_no_http() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    for size in [17_000, 40_000, 100_000] {
        let request = format!(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n",
            "x".repeat(size)
        );
        let answer = server.exchange(request.as_bytes()).await;
        assert_eq!(status(&answer), 431, "{size}: {answer}");
    }
    let method = format!(
        "{} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "X".repeat(17_000)
    );
    let answer = server.exchange(method.as_bytes()).await;
    assert_eq!(status(&answer), 431, "{answer}");
    let many = "x-many: y\r\n".repeat(1000);
    let answer = server
        .exchange(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n").as_bytes())
        .await;
    assert_eq!(status(&answer), 431, "{answer}");
    for nonsense in [
        "nonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        "\0\0\0\r\n\r\n",
    ] {
        let answer = server.exchange(nonsense.as_bytes()).await;
        assert!(
            answer.is_empty() || (400..500).contains(&status(&answer)),
            "{nonsense:?}: {answer}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn keeps_a_connection_for_the_next_request() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let one = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let last = "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = server
        .exchange(format!("{one}{one}{last}").as_bytes())
        .await;
    assert_eq!(answer.matches("HTTP/1.1 404").count(), 3, "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn finishes_what_has_begun_before_it_stops() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let app = TestApp::start().await;
    let server = app.listen().await;
    let body = r#"{"email": "ann@example.com", "password": "Secure*1234"}"#;
    let head = format!(
        "POST /register/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 25];
    // The server asks for the body: from here on the request is running.
    stream.read_exact(&mut first).await.unwrap();
    assert!(
        first.starts_with(b"HTTP/1.1 100"),
        "{}",
        String::from_utf8_lossy(&first)
    );
    let stopping = tokio::spawn(server.stop());
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains("HTTP/1.1 200"), "{rest}");
    stopping.await.unwrap();
}
