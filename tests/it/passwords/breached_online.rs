//! The service that is asked whether a password was stolen.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gatepost::clock::Timestamp;
use gatepost::config::Config;
use gatepost::passwords::Breached;

use crate::support::{PASSWORD, app_with};
use serde_json::json;

const NOW: Timestamp = Timestamp(0);

/// SHA-1 of `password`, as others have computed it: what is sent, and the rest.
const OF_PASSWORD: (&str, &str) = ("5BAA6", "1E4C9B93F3F0682250B6CF8331B7EE68FD8");

/// A double of a Pwned Passwords service on the loopback address that answers everything with the same bytes.
struct Double {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Double {
    fn start(answer: impl Into<String>, delay: Duration) -> Self {
        let (answer, asked) = (answer.into(), Arc::<Mutex<Vec<String>>>::default());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/range/", listener.local_addr().expect("bound"));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, seen) = (answer.clone(), Arc::clone(&seen));
                std::thread::spawn(move || serve(stream, &answer, (&seen, delay)));
            }
        });
        Self { url, asked }
    }

    fn quick(status: &str, body: &str) -> Self {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
        Self::start(answer, Duration::ZERO)
    }

    fn client(&self) -> Breached {
        client(&self.url)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: &str, (seen, delay): (&Mutex<Vec<String>>, Duration)) {
    let mut request = String::new();
    for line in BufReader::new(stream.try_clone().expect("a socket")).lines() {
        match line {
            Ok(line) if !line.is_empty() => request.push_str(&(line + "\n")),
            _ => break,
        }
    }
    seen.lock().unwrap().push(request);
    std::thread::sleep(delay);
    let _ = stream.write_all(answer.as_bytes());
}

fn client(url: &str) -> Breached {
    let mut config = Config::default();
    config.passwords.breached_online = true;
    url.clone_into(&mut config.passwords.breached_url);
    Breached::of(&config).unwrap_or_else(|error| panic!("{error}"))
}

fn hit() -> String {
    format!(
        "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n{}:42\r\n00D4F6E8FA6EECAD2A3AA415EEC418D38EC:2",
        OF_PASSWORD.1
    )
}

#[tokio::test]
async fn a_hit_is_known_and_a_miss_is_not() {
    let service = Double::quick("200 OK", &hit());
    assert!(service.client().knows("password", NOW).await);
    assert!(!service.client().knows(PASSWORD, NOW).await);
    let lower = Double::quick("200 OK", &hit().to_lowercase());
    assert!(lower.client().knows("password", NOW).await);
}

#[tokio::test]
async fn padding_is_no_hit() {
    let padded = Double::quick("200 OK", &format!("{}:0\r\n", OF_PASSWORD.1));
    assert!(!padded.client().knows("password", NOW).await);
}

#[tokio::test]
async fn only_five_digits_are_sent_and_padding_is_asked_for() {
    let service = Double::quick("200 OK", &hit());
    service.client().knows("password", NOW).await;
    let asked = service.asked();
    let [request] = asked.as_slice() else {
        panic!("one request: {asked:?}")
    };
    assert!(
        request.starts_with("GET /range/5BAA6 HTTP/1.1\n"),
        "{request}"
    );
    let request = request.to_lowercase();
    assert!(request.contains("\nadd-padding: true\n"), "{request}");
    assert!(request.contains("\nuser-agent: gatepost\n"), "{request}");
    let host = service
        .url
        .trim_start_matches("http://")
        .trim_end_matches("/range/");
    assert!(request.contains(&format!("\nhost: {host}\n")), "{request}");
    assert!(
        !request.contains("1e4c9") && !request.contains("password"),
        "{request}"
    );
}

#[tokio::test]
async fn an_answer_is_kept_for_an_hour() {
    let service = Double::quick("200 OK", &hit());
    let client = service.client();
    let minutes = |minutes: u64| NOW.plus(Duration::from_secs(minutes * 60));
    for minute in [0, 1, 59] {
        assert!(client.knows("password", minutes(minute)).await);
    }
    assert_eq!(service.asked().len(), 1);
    assert!(client.knows("password", minutes(61)).await);
    assert_eq!(service.asked().len(), 2);
}

#[tokio::test]
async fn a_service_that_fails_refuses_nothing_and_is_asked_again() {
    let length = format!("content-length: {}", hit().len());
    let long = format!("{}\r\n", hit()).repeat(10_000);
    let broken = |answer: String| Double::start(answer, Duration::ZERO);
    for service in [
        Double::quick("500 Internal Server Error", &hit()),
        Double::quick("429 Too Many Requests", &hit()),
        Double::quick("404 Not Found", &hit()),
        broken(String::new()),
        broken("nonsense\r\n\r\n".to_owned()),
        broken(format!("HTTP/1.1 200 OK\r\n{length}\r\n\r\n0018A")),
        broken(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{long}",
            long.len()
        )),
    ] {
        let client = service.client();
        for _ in 0..2 {
            assert!(!client.knows("password", NOW).await);
        }
        assert_eq!(service.asked().len(), 2, "a failure is not kept");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let service = Double::quick("200 OK", &hit());
    let answer = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}5BAA6\r\ncontent-length: 0\r\n\r\n",
        service.url
    );
    let elsewhere = Double::start(answer, Duration::ZERO);
    assert!(!elsewhere.client().knows("password", NOW).await);
    assert!(service.asked().is_empty());
}

#[tokio::test]
async fn a_slow_service_is_waited_for_a_second_and_a_half() {
    let body = hit();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let service = Double::start(answer, Duration::from_secs(20));
    let client = service.client();
    let began = Instant::now();
    // Also those who find all places taken.
    let asked = (0..10).map(|number| {
        let client = &client;
        async move { client.knows(&format!("password {number}"), NOW).await }
    });
    let at_once = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        service.asked().len()
    };
    let (known, at_once) = tokio::join!(futures_util::future::join_all(asked), at_once);
    assert!(!known.contains(&true));
    assert_eq!(at_once, 4, "the others wait for a place");
    let took = began.elapsed();
    assert!(
        took >= Duration::from_millis(1400) && took < Duration::from_secs(6),
        "{took:?}"
    );
}

#[tokio::test]
async fn nobody_at_the_address_refuses_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/range/", listener.local_addr().unwrap());
    drop(listener);
    assert!(!client(&url).knows("password", NOW).await);
}

#[tokio::test]
async fn an_https_address_is_never_talked_to_in_the_clear() {
    let service = Double::quick("200 OK", &hit());
    let client = client(&service.url.replace("http://", "https://"));
    assert!(!client.knows("password", NOW).await);
}

#[test]
fn an_address_that_cannot_be_asked_stops_the_start_with_a_sentence() {
    for url in [
        "",
        "api.pwnedpasswords.com",
        "ftp://example.com/range/",
        "https://example.com/range",
        "https://example.com/?range=/",
        "https://someone@example.com/range/",
    ] {
        let mut config = Config::default();
        url.clone_into(&mut config.passwords.breached_url);
        assert!(Breached::of(&config).is_ok(), "not asked at all");
        config.passwords.breached_online = true;
        let error = Breached::of(&config)
            .err()
            .unwrap_or_else(|| panic!("{url}"));
        assert!(error.starts_with("passwords.breached_url: "), "{error}");
    }
}

#[tokio::test]
async fn an_account_cannot_get_what_it_knows() {
    // SHA-1 of `otter quartz lantern` is computed by the server; the answer here says yes to any suffix it may ask for.
    let digest = aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
        b"otter quartz lantern",
    );
    let digits = gatepost::crypto::hex(digest.as_ref()).to_uppercase();
    let service = Double::quick("200 OK", &format!("{}:9", &digits[5..]));
    let app = app_with(|config| {
        config.passwords.breached_online = true;
        config.passwords.breached_url.clone_from(&service.url);
    })
    .await;
    let new = |password: &str| json!({"email": "jane@example.com", "password": password});
    let answer = app
        .post_json("/register/", &new("otter quartz lantern"))
        .await
        .expect(422);
    assert_eq!(answer.fault()["loc"], json!(["body", "password"]));
    app.post_json("/register/", &new(PASSWORD))
        .await
        .expect(200);
    assert_eq!(service.asked().len(), 2);
}
