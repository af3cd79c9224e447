//! HTTP/2: what a client may ask of one connection, and how that ends.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use gatepost::config::{Config, Period};
use h2::client::{Builder, SendRequest};
use tokio::task::JoinHandle;

use crate::support::TestApp;
use crate::support::app::Server;
use crate::support::certificates::Certificate;

/// A server that speaks TLS, and what a client needs to trust it.
struct Secured {
    app: TestApp,
    server: Server,
    certificate: Certificate,
    _folder: tempfile::TempDir,
}

/// The client's end of a connection; the task ends with it and answers why.
type Client = (SendRequest<Bytes>, JoinHandle<Result<(), h2::Error>>);

impl Secured {
    async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let certificate = Certificate::write(folder.path());
        let app = TestApp::with(|config| {
            certificate.set(config);
            change(config);
        })
        .await;
        let server = app.listen().await;
        Self {
            app,
            server,
            certificate,
            _folder: folder,
        }
    }

    async fn connect(&self, builder: &Builder) -> Client {
        let stream = self
            .certificate
            .connect(self.server.port, &["h2"])
            .await
            .unwrap();
        let (client, connection) = builder.handshake(stream).await.unwrap();
        (client, tokio::spawn(connection))
    }

    async fn client(&self) -> Client {
        self.connect(&Builder::new()).await
    }
}

fn get(path: &str) -> Request<()> {
    Request::get(format!("https://localhost{path}"))
        .body(())
        .unwrap()
}

/// Sends a request and its body; the status, and the answer's body.
async fn ask(
    client: &SendRequest<Bytes>,
    request: Request<()>,
    body: &str,
) -> (StatusCode, Vec<u8>) {
    let mut client = client.clone().ready().await.unwrap();
    let (answer, mut sending) = client.send_request(request, body.is_empty()).unwrap();
    if !body.is_empty() {
        // A refusal may come before everything has been sent.
        let _ = sending.send_data(Bytes::copy_from_slice(body.as_bytes()), true);
    }
    let answer = answer.await.unwrap();
    let (status, mut stream) = (answer.status(), answer.into_body());
    let mut received = Vec::new();
    while let Some(Ok(piece)) = stream.data().await {
        let _ = stream.flow_control().release_capacity(piece.len());
        received.extend_from_slice(&piece);
    }
    (status, received)
}

/// Waits for the server to end the connection.
async fn ended(connection: JoinHandle<Result<(), h2::Error>>) -> Result<(), h2::Error> {
    let ended = tokio::time::timeout(Duration::from_mins(1), connection).await;
    ended.expect("the server ends it").unwrap()
}

#[tokio::test]
async fn many_requests_share_a_connection() {
    let secured = Secured::start(|_| ()).await;
    let (client, connection) = secured.client().await;
    let asking = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { ask(&client, get("/.well-known/jwks.json"), "").await })
    });
    for asked in asking.collect::<Vec<_>>() {
        let (status, body) = asked.await.unwrap();
        assert_eq!(status, 200);
        assert!(String::from_utf8_lossy(&body).contains("\"keys\""));
    }
    assert_eq!(
        client.current_max_send_streams(),
        100,
        "and no more at once"
    );
    drop(client);
    connection.await.unwrap().unwrap();
    secured.server.stop().await;
}

#[tokio::test]
async fn the_host_is_that_of_the_target() {
    let secured = Secured::start(|_| ()).await;
    let (client, _connection) = secured.client().await;
    secured.app.admin().await;
    let form = "username=admin%40example.com&password=Secure*1234";
    for (origin, host, status) in [
        ("https://localhost", None, 303),
        ("https://evil.example", None, 403),
        ("https://localhost", Some("localhost"), 303),
        ("https://evil.example", Some("evil.example"), 400),
    ] {
        let mut request = Request::post("https://localhost/login_with_form/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let (answered, _) = ask(&client, request.body(()).unwrap(), form).await;
        assert_eq!(answered, status, "{origin} {host:?}");
    }
    secured.server.stop().await;
}

#[tokio::test]
async fn limits_are_those_of_the_first_version() {
    let secured = Secured::start(|_| ()).await;
    let (client, _connection) = secured.client().await;
    let post =
        || Request::post("https://localhost/register/").header("content-type", "application/json");
    let (status, _) = ask(&client, post().body(()).unwrap(), &"x".repeat(70_000)).await;
    assert_eq!(status, 413);
    let long = Request::get("https://localhost/").header("x-long", "x".repeat(17_000));
    let (status, _) = ask(&client, long.body(()).unwrap(), "").await;
    assert_eq!(status, 431);
    let (status, _) = ask(&client, get("/"), "").await;
    assert_eq!(status, 200, "the connection serves on");
    secured.server.stop().await;
}

#[tokio::test]
async fn who_calls_off_what_he_asks_for_is_thrown_out() {
    // At the latest for that: where the server begins each request before it is called off, there is no flood to be seen.
    let secured = Secured::start(|config| config.http.idle = Period::millis(500)).await;
    let (client, connection) = secured.client().await;
    for _ in 0..5_000 {
        let Ok(mut ready) = client.clone().ready().await else {
            break;
        };
        let Ok((answer, mut sending)) = ready.send_request(get("/"), false) else {
            break;
        };
        sending.send_reset(h2::Reason::CANCEL);
        drop(answer);
        tokio::task::yield_now().await;
    }
    let _ = ended(connection).await;
    let (client, _connection) = secured.client().await;
    assert_eq!(ask(&client, get("/"), "").await.0, 200, "others are served");
    secured.server.stop().await;
}

#[tokio::test]
async fn who_takes_no_answer_is_not_waited_for() {
    let secured = Secured::start(|config| {
        config.http.stall = Period::millis(100);
        config.http.idle = Period::millis(100);
    })
    .await;
    // Such a client lets nothing be sent, but answers every ping.
    let (client, connection) = secured.connect(Builder::new().initial_window_size(0)).await;
    let mut answers = Vec::new();
    for _ in 0..10 {
        let mut ready = client.clone().ready().await.unwrap();
        let (answer, _) = ready.send_request(get("/docs"), true).unwrap();
        answers.push(answer.await.unwrap());
    }
    let _ = ended(connection).await;
    secured.server.stop().await;
}

/// Asks for nothing but the header of an answer, again and again, until the server ends the connection.
async fn stay_busy_until_ended(
    client: SendRequest<Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
) {
    let busy = tokio::spawn(async move {
        while let Ok(mut ready) = client.clone().ready().await {
            let head = Request::head("https://localhost/docs").body(()).unwrap();
            let Ok((answer, _)) = ready.send_request(head, true) else {
                break;
            };
            if answer.await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let _ = ended(connection).await;
    busy.await.unwrap();
}

#[tokio::test]
async fn each_answer_has_to_be_taken_whatever_else_happens() {
    let secured = Secured::start(|config| config.http.stall = Period::millis(300)).await;
    // Nothing of it is taken, or as good as nothing: one byte.
    for window in [0, 1] {
        let mut builder = Builder::new();
        builder.initial_window_size(window);
        let (client, connection) = secured.connect(&builder).await;
        let mut ready = client.clone().ready().await.unwrap();
        let (answer, _) = ready.send_request(get("/docs"), true).unwrap();
        let left_lying = answer.await.unwrap();
        stay_busy_until_ended(client, connection).await;
        drop(left_lying);
    }
    secured.server.stop().await;
}

#[tokio::test]
async fn who_takes_an_answer_slowly_gets_all_of_it() {
    let secured = Secured::start(|config| {
        config.http.idle = Period::millis(50);
        config.http.stall = Period::seconds(10);
    })
    .await;
    let (client, _connection) = secured.client().await;
    let mut ready = client.clone().ready().await.unwrap();
    let asked = get("/redoc/redoc.standalone.js");
    let (answer, _) = ready.send_request(asked, true).unwrap();
    let answer = answer.await.unwrap();
    let length = answer.headers()["content-length"].to_str().unwrap();
    let length: usize = length.parse().unwrap();
    let (mut stream, mut received) = (answer.into_body(), 0);
    while let Some(piece) = stream.data().await {
        let piece = piece.unwrap();
        received += piece.len();
        tokio::time::sleep(Duration::from_millis(20)).await;
        stream.flow_control().release_capacity(piece.len()).unwrap();
    }
    assert_eq!(received, length);
    secured.server.stop().await;
}

#[tokio::test]
async fn a_connection_without_requests_is_told_that_it_ends() {
    let secured = Secured::start(|config| config.http.idle = Period::millis(50)).await;
    let (client, connection) = secured.client().await;
    assert_eq!(ask(&client, get("/"), "").await.0, 200);
    ended(connection)
        .await
        .expect("with a farewell, not by force");
    let secured = Secured::start(|config| config.http.header_deadline = Period::millis(50)).await;
    let (_client, connection) = secured.client().await;
    let _ = ended(connection).await;
}

#[tokio::test]
async fn what_runs_is_finished_when_the_server_stops() {
    let secured = Secured::start(|_| ()).await;
    let (client, connection) = secured.client().await;
    let (_held, idle) = secured.client().await;
    let body = r#"{"email": "ann@example.com", "password": "Secure*1234"}"#;
    let request =
        Request::post("https://localhost/register/").header("content-type", "application/json");
    let mut ready = client.clone().ready().await.unwrap();
    let (answer, mut sending) = ready
        .send_request(request.body(()).unwrap(), false)
        .unwrap();
    sending
        .send_data(Bytes::copy_from_slice(&body.as_bytes()[..10]), false)
        .unwrap();
    // Another one that has been answered shows that the first is running.
    assert_eq!(ask(&client, get("/"), "").await.0, 200);
    let stopping = tokio::spawn(secured.server.stop());
    let _ = ended(idle).await;
    sending
        .send_data(Bytes::copy_from_slice(&body.as_bytes()[10..]), true)
        .unwrap();
    assert_eq!(answer.await.unwrap().status(), 200);
    ended(connection).await.unwrap();
    stopping.await.unwrap();
}
