//! Crowds: many connections at once, from one network and from several.

use std::net::SocketAddr;

use gatepost::config::Config;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::cli::Machine;
use crate::support::TestApp;

const ASK: &[u8] = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A request whose body is still to come.
const BEGIN: &[u8] =
    b"POST /register/ HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";

/// A connection from that address of this machine.
async fn connect_from(address: &str, port: u16) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind(format!("{address}:0").parse().unwrap())
        .unwrap();
    let to: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    socket.connect(to).await.expect("it listens")
}

/// The first bytes that come back; empty when the connection was closed.
async fn first(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 12];
    match stream.read_exact(&mut bytes).await {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}

/// Connects and asks; the connection stays.
async fn asked(address: &str, port: u16, request: &[u8]) -> (TcpStream, String) {
    let mut stream = connect_from(address, port).await;
    // One that was refused may be closed already.
    let _ = stream.write_all(request).await;
    let answer = first(&mut stream).await;
    (stream, answer)
}

/// Asks until there is room for whoever asks.
async fn place_becomes_free(port: u16) {
    for tries in 0.. {
        let (_, answer) = asked("127.0.0.1", port, ASK).await;
        if answer == "HTTP/1.1 404" {
            return;
        }
        assert!(tries < 500, "no place becomes free: {answer}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Lets this process have as many connections as the system allows.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).unwrap();
}

/// Room for sixteen, and so for eight of one network.
fn narrow(config: &mut Config) {
    config.http.connections = 16;
}

#[tokio::test]
async fn an_idle_connection_makes_room_for_the_next() {
    let app = TestApp::with(narrow).await;
    let server = app.listen().await;
    let mut held = Vec::new();
    for _ in 0..40 {
        let (stream, answer) = asked("127.0.0.1", server.port, ASK).await;
        assert_eq!(answer, "HTTP/1.1 404");
        held.push(stream);
    }
    let mut left = Vec::new();
    held[0].read_to_end(&mut left).await.unwrap();
    // The newest are still there.
    let newest = held.last_mut().unwrap();
    newest.write_all(ASK).await.unwrap();
    assert_ne!(newest.read(&mut [0; 4096]).await.unwrap(), 0);
    server.stop().await;
}

#[tokio::test]
async fn one_network_at_work_cannot_take_all() {
    let app = TestApp::with(narrow).await;
    let server = app.listen().await;
    let mut at_work = Vec::new();
    for _ in 0..8 {
        let (stream, answer) = asked("127.0.0.1", server.port, BEGIN).await;
        assert_eq!(answer, "HTTP/1.1 100");
        at_work.push(stream);
    }
    let (mut refused, answer) = asked("127.0.0.1", server.port, b"").await;
    assert_eq!(answer, "HTTP/1.1 503");
    let mut rest = String::new();
    let _ = refused.read_to_string(&mut rest).await;
    assert!(
        rest.contains("retry-after: 1\r\n") && rest.ends_with("\"code\":\"busy\"}"),
        "{rest}"
    );
    for neighbour in ["127.0.0.2", "127.0.0.3"] {
        assert_eq!(asked(neighbour, server.port, ASK).await.1, "HTTP/1.1 404");
    }
    // One has finished: its place is free a moment later.
    let mut done = at_work.pop().unwrap();
    done.write_all(b"{}").await.unwrap();
    place_becomes_free(server.port).await;
    drop(at_work);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_idle_makes_room_also_where_the_largest_crowd_is_at_work() {
    let app = TestApp::with(narrow).await;
    let server = app.listen().await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let (stream, answer) = asked("127.0.0.1", server.port, BEGIN).await;
        assert_eq!(answer, "HTTP/1.1 100");
        held.push(stream);
    }
    for other in 2..30 {
        let (stream, answer) = asked(&format!("127.0.0.{other}"), server.port, ASK).await;
        assert_eq!(answer, "HTTP/1.1 404", "{other}");
        held.push(stream);
    }
    drop(held);
    server.stop().await;
}

#[tokio::test]
async fn hundreds_at_work_do_not_hide_who_is_idle() {
    let app = TestApp::with(|config| config.http.connections = 1300).await;
    raise_open_files();
    let server = app.listen().await;
    let mut held = Vec::new();
    for number in 0..650 {
        let (request, expected) = if number < 600 {
            (BEGIN, "HTTP/1.1 100")
        } else {
            (ASK, "HTTP/1.1 404")
        };
        let (stream, answer) = asked("127.0.0.1", server.port, request).await;
        assert_eq!(answer, expected);
        held.push(stream);
    }
    // The first may have come when only those at work had been looked at.
    let _ = asked("127.0.0.1", server.port, ASK).await;
    assert_eq!(asked("127.0.0.1", server.port, ASK).await.1, "HTTP/1.1 404");
    drop(held);
    server.stop().await;
}

#[tokio::test]
async fn who_leaves_his_answer_lying_makes_room_as_well() {
    let app = TestApp::with(narrow).await;
    let server = app.listen().await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let to: SocketAddr = format!("127.0.0.1:{}", server.port).parse().unwrap();
        let mut stream = socket.connect(to).await.unwrap();
        stream
            .write_all(b"GET /redoc/redoc.standalone.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        assert_eq!(first(&mut stream).await, "HTTP/1.1 200");
        held.push(stream);
    }
    place_becomes_free(server.port).await;
    drop(held);
    server.stop().await;
}

#[tokio::test]
async fn a_proxy_of_ours_brings_everybody() {
    let app = TestApp::with(|config| {
        narrow(config);
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let server = app.listen().await;
    let mut at_work = Vec::new();
    for _ in 0..16 {
        let (stream, answer) = asked("127.0.0.1", server.port, BEGIN).await;
        assert_eq!(answer, "HTTP/1.1 100");
        at_work.push(stream);
    }
    assert_eq!(asked("127.0.0.1", server.port, b"").await.1, "HTTP/1.1 503");
    // The server would wait for their requests.
    drop(at_work);
    server.stop().await;
}

/// The memory of a process that is its own, in KiB.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let figure = line.and_then(|line| line.trim().strip_suffix(" kB"));
    figure
        .and_then(|figure| figure.trim().parse().ok())
        .unwrap()
}

#[tokio::test]
async fn five_thousand_idle_connections_cost_little_and_stop_nobody() {
    const COUNT: usize = 5000;
    raise_open_files();
    let machine = Machine::new().await;
    let quiet = ["--set", "log.level=error"];
    let server = machine.serve_logging(&quiet, std::process::Stdio::null());
    let (_warm, _) = asked("127.0.0.1", server.port(), ASK).await;
    let before = resident(server.process());
    let mut held = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let (stream, answer) = asked("127.0.0.1", server.port(), ASK).await;
        assert_eq!(answer, "HTTP/1.1 404");
        held.push(stream);
    }
    let each = (resident(server.process()) - before) * 1024 / COUNT as u64;
    assert!(each < 64 * 1024, "{each} bytes for each idle connection");
    for address in ["127.0.0.1", "127.0.0.2"] {
        assert_eq!(asked(address, server.port(), ASK).await.1, "HTTP/1.1 404");
    }
    println!("{each} bytes for each idle connection");
}
