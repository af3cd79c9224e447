//! Request smuggling: what two readers could cut at different places is refused, and what follows is never answered.

use crate::support::TestApp;
use crate::support::app::Server;

/// The request that an attacker would slip in: nothing else here answers with the keys.
const SECOND: &str = "GET /.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What only the answer to the second request holds.
const ANSWERED: &str = "\"keys\"";

const POST: &str = "POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";

/// Sends `first` with the second request behind it: refused with 400 or not at all, and then the connection is closed.
async fn assert_refused(server: &Server, first: impl Into<Vec<u8>>) {
    let mut sent: Vec<u8> = first.into();
    let what = String::from_utf8_lossy(&sent).into_owned();
    sent.extend_from_slice(SECOND.as_bytes());
    let exchange = server.exchange(&sent);
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), exchange).await;
    let answer = answer.unwrap_or_else(|_| panic!("the connection stays open after {what:?}"));
    assert!(
        !answer.contains(ANSWERED),
        "{what:?} let the second request through:\n{answer}"
    );
    let lower = answer.to_ascii_lowercase();
    let is_refused = lower.starts_with("http/1.1 400") && lower.contains("connection: close");
    assert!(answer.is_empty() || is_refused, "{what:?}:\n{answer}");
    assert_eq!(
        lower.matches("http/1.1 ").count(),
        usize::from(is_refused),
        "{answer}"
    );
}

async fn assert_all_refused<T: Into<Vec<u8>>>(heads: impl IntoIterator<Item = T>) {
    let app = TestApp::start().await;
    let server = app.listen().await;
    for head in heads {
        assert_refused(&server, head).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn answers_the_second_request_when_the_first_is_sound() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let last = SECOND.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    for first in [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
        "\r\nGET / HTTP/1.1\r\nhOsT:localhost\r\n\r\n".to_owned(),
        "GET http://localhost/ HTTP/1.1\r\nHost: LOCALHOST\r\n\r\n".to_owned(),
        format!("{POST}Content-Length: 0\r\n\r\n"),
        format!("{POST}content-length:\t5 \r\n\r\nGET /"),
        format!(
            "{POST}Content-Length: 50\r\n\r\nGET /nothing HTTP/1.1\r\nContent-Length: 5\r\nX: y\r\n\r\n"
        ),
    ] {
        let answer = server.exchange(format!("{first}{last}").as_bytes()).await;
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            2,
            "{first:?}:\n{answer}"
        );
        assert!(answer.contains(ANSWERED), "{first:?}:\n{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn answers_a_body_in_chunks_and_closes_behind_it() {
    let app = TestApp::start().await;
    app.admin().await;
    let server = app.listen().await;
    let head = format!("{POST}Transfer-Encoding: Chunked\r\n\r\n");
    let body = "username=admin%40example.com&password=Secure*1234";
    for chunks in [
        format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
        format!(
            "5\r\n{}\r\n{:X}\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
            &body[..5],
            body.len() - 5,
            &body[5..]
        ),
    ] {
        let answer = server
            .exchange(format!("{head}{chunks}{SECOND}").as_bytes())
            .await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(
            answer.to_ascii_lowercase().contains("connection: close"),
            "{answer}"
        );
        assert!(!answer.contains(ANSWERED), "{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn refuses_two_ways_to_say_how_long_a_body_is() {
    assert_all_refused(
        [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\ncontent-LENGTH: 0\r\n\r\n0\r\n\r\n",
            "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
            "Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
            "Content-Length: 0\r\nX: y\r\nContent-Length: 00\r\n\r\n",
            "Content-Length: 0, 0\r\n\r\n",
            "Content-Length: +0\r\n\r\n",
            "Content-Length: -1\r\n\r\n",
            "Content-Length: 0x0\r\n\r\n",
            "Content-Length: 1e1\r\n\r\n",
            "Content-Length: 1 1\r\n\r\n",
            "Content-Length:\r\n\r\n",
            "Content-Length: 99999999999999999999999\r\n\r\n",
            "Content-Length: \u{0665}\r\n\r\n",
        ]
        .map(|fields| format!("{POST}{fields}")),
    )
    .await;
}

#[tokio::test]
async fn refuses_transfer_encodings_that_it_does_not_read() {
    assert_all_refused(
        [
            "Transfer-Encoding: xchunked\r\n\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: identity\r\n\r\n",
            "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding:\r\n\r\n",
            "Transfer-Encoding\r\n: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
            "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ]
        .map(|fields| format!("{POST}{fields}")),
    )
    .await;
    assert_all_refused(["POST /login/ HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n"])
        .await;
}

#[tokio::test]
async fn refuses_lines_that_end_in_more_than_one_way() {
    assert_all_refused([
        "GET / HTTP/1.1\nHost: localhost\n\n",
        "GET / HTTP/1.1\r\nHost: localhost\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\n",
        "GET / HTTP/1.1\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\rX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rContent-Length: 44\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nContent-Length: 44\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n\tb\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ])
    .await;
}

#[tokio::test]
async fn judges_the_same_in_whatever_pieces_it_comes() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let app = TestApp::start().await;
    let server = app.listen().await;
    let sound = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n\r\n\
        GET /.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for (sent, is_sound) in [
        (sound.to_owned(), true),
        (
            sound.replace("Content-Length: 2", "X: \rContent-Length: 2"),
            false,
        ),
        (
            sound.replace("localhost\r\nContent", "localhost\nContent"),
            false,
        ),
    ] {
        for size in [1, 2, 3, 7, 64] {
            let address = ("127.0.0.1", server.port);
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            for piece in sent.as_bytes().chunks(size) {
                // It may have refused and closed before everything is sent.
                let _ = stream.write_all(piece).await;
                tokio::task::yield_now().await;
            }
            let mut received = Vec::new();
            let _ = stream.read_to_end(&mut received).await;
            let answer = String::from_utf8_lossy(&received);
            assert_eq!(
                answer.contains(ANSWERED),
                is_sound,
                "{size}: {sent:?}\n{answer}"
            );
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn refuses_what_no_header_field_may_hold() {
    assert_all_refused([
        "GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX\0: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\u{7f}b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX(y): z\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: localhost\r\n\r\n",
        "GET /\r\n",
    ])
    .await;
}

#[tokio::test]
async fn refuses_a_request_that_names_no_host_or_two() {
    assert_all_refused([
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\n\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://localhost:81/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://evil@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ])
    .await;
}

#[tokio::test]
async fn refuses_chunks_that_are_not_well_formed() {
    let head = format!("{POST}Transfer-Encoding: chunked\r\n\r\n");
    let extension = format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(20_000));
    let trailers = format!("0\r\n{}\r\n", "X: y\r\n".repeat(5000));
    assert_all_refused(
        [
            "ffffffffffffffffff\r\na\r\n0\r\n\r\n",
            "10000000000000001\r\na\r\n0\r\n\r\n",
            "-1\r\na\r\n0\r\n\r\n",
            "0x1\r\na\r\n0\r\n\r\n",
            "1 1\r\na\r\n0\r\n\r\n",
            "g\r\na\r\n0\r\n\r\n",
            "\r\n\r\n",
            "1\na\r\n0\r\n\r\n",
            "1\r\nab\r\n0\r\n\r\n",
            "1\r\na\n0\r\n\r\n",
            "1;a\nb\r\na\r\n0\r\n\r\n",
            "0\r\nX y\r\n\r\n",
            &extension,
            &trailers,
        ]
        .map(|chunks| format!("{head}{chunks}")),
    )
    .await;
}

#[tokio::test]
async fn does_not_take_what_stands_behind_chunks_for_a_request() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    for chunks in [
        "0\r\n\r\n",
        "1;x=\"y\"\r\na\r\n0\r\n\r\n",
        "000000001\r\na\r\n0\r\n\r\n",
    ] {
        let sent = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunks}{SECOND}");
        let answer = server.exchange(sent.as_bytes()).await;
        assert!(!answer.contains(ANSWERED), "{chunks:?}:\n{answer}");
        assert!(
            answer.to_ascii_lowercase().contains("connection: close"),
            "{answer}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn speaks_no_protocol_but_the_first() {
    assert_all_refused([b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".as_slice()]).await;
    // Asked to change the protocol it goes on as before.
    let app = TestApp::start().await;
    let server = app.listen().await;
    let upgrade = "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n";
    let answer = server
        .exchange(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{upgrade}").as_bytes())
        .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = server
        .exchange(b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    server.stop().await;
}
