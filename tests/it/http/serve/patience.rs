//! Patience: slow senders, slow readers, and those who say nothing at all.

use std::time::Duration;

use gatepost::config::Period;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::status;
use crate::support::TestApp;
use crate::support::app::Server;

const HOME: &[u8] = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Longer than anything here takes, unless it never ends.
const NEVER: Duration = Duration::from_mins(1);

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(("127.0.0.1", server.port))
        .await
        .expect("it listens")
}

/// Everything until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let read = tokio::time::timeout(NEVER, stream.read_to_end(&mut received)).await;
    let _ = read.expect("the server closes");
    String::from_utf8_lossy(&received).into_owned()
}

#[tokio::test]
async fn does_not_wait_for_ever() {
    let app = TestApp::with(|config| {
        config.http.body_deadline = Period::millis(50);
        config.http.header_deadline = Period::millis(50);
    })
    .await;
    let server = app.listen().await;
    let answer = server
        .exchange(b"POST /register/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        .await;
    assert_eq!(status(&answer), 408, "{answer}");
    // The connection of one who does not even finish his headers is closed, and so is that of one who says nothing.
    for begun in ["GET / HTTP/1.1\r\nHost: loc", "G", ""] {
        let answer = server.exchange(begun.as_bytes()).await;
        assert!(answer.is_empty() || status(&answer) == 408, "{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_header_that_comes_byte_by_byte_has_the_same_deadline() {
    let app = TestApp::with(|config| config.http.header_deadline = Period::millis(200)).await;
    let server = app.listen().await;
    // Behind a first request, where the connection may be silent for much longer.
    for first in [&b""[..], HOME] {
        let mut stream = connect(&server).await;
        stream.write_all(first).await.unwrap();
        let dribble = async {
            stream.write_all(b"GET / HTTP/1.1\r\nX: ").await?;
            loop {
                stream.write_all(b"y").await?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let ended: Result<std::io::Result<()>, _> = tokio::time::timeout(NEVER, dribble).await;
        ended.expect("the server closes").unwrap_err();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_connection_may_be_silent_between_two_requests_for_a_while() {
    let app = TestApp::with(|config| {
        config.http.header_deadline = Period::millis(100);
        config.http.idle = Period::millis(1500);
    })
    .await;
    let server = app.listen().await;
    let mut stream = connect(&server).await;
    for _ in 0..2 {
        stream.write_all(HOME).await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 404");
        // Longer than a header may take; what is left of the answer is read below.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut left = vec![0; 4096];
        let _ = stream.read(&mut left).await.unwrap();
    }
    assert_eq!(rest(&mut stream).await, "", "and then it is closed");
    server.stop().await;
}

#[tokio::test]
async fn who_does_not_read_his_answers_is_not_waited_for() {
    let app = TestApp::with(|config| config.http.stall = Period::millis(100)).await;
    let server = app.listen().await;
    let mut stream = connect(&server).await;
    // Far more than the buffers between the two hold.
    let flood = async {
        loop {
            stream
                .write_all(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .await?;
        }
    };
    let ended: Result<std::io::Result<()>, _> = tokio::time::timeout(NEVER, flood).await;
    ended.expect("the server closes").unwrap_err();
    let answer = server
        .exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(status(&answer), 200, "others are served: {answer}");
    server.stop().await;
}

#[tokio::test]
async fn who_takes_an_answer_slowly_gets_all_of_it() {
    let app = TestApp::with(|config| {
        config.http.idle = Period::millis(50);
        config.http.stall = Period::seconds(10);
    })
    .await;
    let server = app.listen().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let address = format!("127.0.0.1:{}", server.port);
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    stream
        .write_all(b"GET /redoc/redoc.standalone.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let (mut received, mut piece) = (Vec::new(), vec![0; 16 * 1024]);
    loop {
        match stream.read(&mut piece).await.unwrap() {
            0 => break,
            count => received.extend_from_slice(&piece[..count]),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let received = String::from_utf8_lossy(&received);
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let length = head.to_lowercase();
    let (_, length) = length.split_once("content-length: ").unwrap();
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    assert!(length > 1_000_000 && body.len() >= length, "{length}");
    server.stop().await;
}

#[tokio::test]
async fn half_a_header_does_not_hold_the_server_up_when_it_stops() {
    let app = TestApp::with(|config| {
        config.http.header_deadline = Period::hours(1);
        config.http.stall = Period::hours(1);
        config.http.drain = Period::hours(1);
    })
    .await;
    let server = app.listen().await;
    let mut stream = connect(&server).await;
    stream.write_all(HOME).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHos").await.unwrap();
    let stopped = tokio::time::timeout(NEVER, server.stop()).await;
    stopped.expect("nothing runs that it could wait for");
}

#[tokio::test]
async fn a_thousand_requests_at_once_are_answered_one_after_the_other() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let mut sent = HOME.repeat(1000);
    sent.extend(b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let stream = connect(&server).await;
    let (mut reading, mut writing) = stream.into_split();
    let writing = tokio::spawn(async move {
        writing.write_all(&sent).await.unwrap();
        writing
    });
    let mut received = String::new();
    reading.read_to_string(&mut received).await.unwrap();
    assert_eq!(received.matches("HTTP/1.1 404").count(), 1001);
    drop(writing.await.unwrap());
    server.stop().await;
}

#[tokio::test]
async fn a_connection_that_is_closed_on_one_side_ends() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    for begun in [
        HOME,
        b"",
        b"GET / HTTP/1.1\r\nHos",
        b"POST /register/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    ] {
        let mut stream = connect(&server).await;
        stream.write_all(begun).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.is_empty() || status(&answer) >= 400, "{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_last_answer_says_that_it_is_the_last() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let (mut idle, mut busy) = (connect(&server).await, connect(&server).await);
    idle.write_all(HOME).await.unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    busy.write_all(
        b"POST /register/ HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    )
    .await
    .unwrap();
    let mut go_on = [0; 25];
    busy.read_exact(&mut go_on).await.unwrap();
    let stopping = tokio::spawn(server.stop());
    let left = rest(&mut idle).await;
    assert!(!left.contains("HTTP/1.1"), "an idle one is closed: {left}");
    busy.write_all(b"{}").await.unwrap();
    let answer = rest(&mut busy).await.to_lowercase();
    assert!(answer.starts_with("http/1.1 422"), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    stopping.await.unwrap();
}
