//! What the collector gets, and that nobody waits for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use gatepost::config::Config;
use gatepost::traces;
use serde_json::Value;
use tokio::sync::watch;

use crate::support::{PASSWORD, TestApp, app_with};

/// A collector that answers everything with `status` and passes on what it was sent.
fn collector(status: &'static str) -> (u16, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                let lower = line.to_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head += &line;
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n{{}}");
            let _ = stream.write_all(answer.as_bytes());
            let body = serde_json::from_slice(&body).expect("JSON");
            if sender.send((head, body)).is_err() {
                return;
            }
        }
    });
    (port, received)
}

fn to(port: u16) -> impl FnOnce(&mut Config) {
    move |config| {
        let url = format!("http://127.0.0.1:{port}");
        config.tracing.otlp_endpoint = Some(url.parse().unwrap());
    }
}

/// Exports what was traced so far, as a server does that stops.
async fn export(app: &TestApp) {
    let (stop, stopped) = watch::channel(false);
    stop.send(true).unwrap();
    traces::run((**app).clone(), stopped).await;
}

fn spans(body: &Value) -> Vec<Value> {
    body["resourceSpans"][0]["scopeSpans"][0]["spans"]
        .as_array()
        .expect("spans")
        .clone()
}

fn attribute(span: &Value, key: &str) -> String {
    let all = span["attributes"].as_array().unwrap();
    let found = all
        .iter()
        .find(|one| one["key"] == key)
        .expect("it is there");
    let value = &found["value"];
    let text = value["stringValue"].as_str().or(value["intValue"].as_str());
    text.expect("a text").to_owned()
}

#[tokio::test]
async fn a_request_has_a_span_and_one_below_it_for_each_stage() {
    let (port, received) = collector("200 OK");
    let app = app_with(to(port)).await;
    app.admin().await;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let form = [("username", "admin@example.com"), ("password", PASSWORD)];
    let answer = app
        .post_form("/login/", &form)
        .header("traceparent", parent)
        .await
        .expect(200);
    export(&app).await;
    let (head, body) = received.recv_timeout(Duration::from_secs(30)).unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(
        head.to_lowercase()
            .contains("content-type: application/json\r\n")
    );
    let all = spans(&body);
    let of_trace: Vec<&Value> = all
        .iter()
        .filter(|span| span["traceId"] == "0af7651916cd43dd8448eb211c80319c")
        .collect();
    let (requests, stages): (Vec<&Value>, Vec<&Value>) =
        of_trace.into_iter().partition(|span| span["kind"] == 2);
    assert_eq!(requests.len(), 1);
    let request = requests[0];
    assert_eq!(request["name"], "POST /login");
    assert_eq!(request["parentSpanId"], "b7ad6b7169203331");
    assert_eq!(attribute(request, "http.response.status_code"), "200");
    assert_eq!(attribute(request, "http.route"), "/login");
    assert_eq!(
        attribute(request, "gatepost.request_id"),
        answer.header("x-request-id")
    );
    for name in ["parse", "database", "hash", "commit"] {
        let found = stages.iter().find(|span| span["name"] == name);
        let found = found.unwrap_or_else(|| panic!("no span {name} in {stages:#?}"));
        assert_eq!(found["parentSpanId"], request["spanId"]);
        let time = |span: &Value, key: &str| span[key].as_str().unwrap().parse::<u128>().unwrap();
        assert!(time(found, "startTimeUnixNano") >= time(request, "startTimeUnixNano"));
        assert!(time(found, "endTimeUnixNano") >= time(found, "startTimeUnixNano"));
    }
    let text = body.to_string();
    for secret in [PASSWORD, "admin@example.com", "127.0.0.1"] {
        assert!(!text.contains(secret), "{secret} is in a trace");
    }
    assert!(app.traces.exported.get() >= 1 && app.traces.dropped.get() == 0);
}

#[tokio::test]
async fn a_client_cannot_choose_to_be_traced() {
    let (port, _received) = collector("200 OK");
    let app = app_with(|config| {
        to(port)(config);
        config.tracing.sample_percent = 0;
    })
    .await;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    app.get("/").header("traceparent", parent).await.expect(200);
    export(&app).await;
    assert_eq!(app.traces.exported.get() + app.traces.dropped.get(), 0);
}

#[tokio::test]
async fn a_collector_that_is_away_costs_traces_and_nothing_else() {
    // Nobody listens there: the listener is gone at once.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let app = app_with(to(port)).await;
    for _ in 0..5 {
        app.get("/healthz").await.expect(200);
    }
    export(&app).await;
    assert_eq!(
        (app.traces.exported.get(), app.traces.dropped.get()),
        (0, 5)
    );
    // Without a worker the buffer fills up, and stays as large as it is.
    let app = app_with(to(port)).await;
    for _ in 0..4100 {
        app.get("/healthz").await;
    }
    assert_eq!(app.traces.dropped.get(), 4);
}

#[tokio::test]
async fn what_is_left_at_the_end_goes_out_in_messages_of_the_usual_size() {
    let (port, received) = collector("200 OK");
    let app = app_with(to(port)).await;
    for _ in 0..600 {
        app.get("/healthz").await.expect(200);
    }
    export(&app).await;
    for size in [256, 256, 88] {
        let (_, body) = received.recv_timeout(Duration::from_secs(30)).unwrap();
        let all = spans(&body);
        let requests = all.iter().filter(|span| span["kind"] == 2);
        assert_eq!(requests.count(), size);
    }
    assert_eq!(
        (app.traces.exported.get(), app.traces.dropped.get()),
        (600, 0)
    );
}

#[tokio::test]
async fn a_collector_that_hangs_delays_the_end_once() {
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let app = app_with(to(silent.local_addr().unwrap().port())).await;
    for _ in 0..600 {
        app.get("/healthz").await.expect(200);
    }
    let begun = Instant::now();
    export(&app).await;
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "a deadline for each of three messages"
    );
    assert_eq!(
        (app.traces.exported.get(), app.traces.dropped.get()),
        (0, 600)
    );
}

#[tokio::test]
async fn what_the_collector_refuses_is_counted_as_lost() {
    let (port, received) = collector("503 Service Unavailable");
    let app = app_with(to(port)).await;
    app.get("/healthz").await.expect(200);
    export(&app).await;
    received.recv_timeout(Duration::from_secs(30)).unwrap();
    assert_eq!(
        (app.traces.exported.get(), app.traces.dropped.get()),
        (0, 1)
    );
}
