//! The question of `gatepost doctor`: answered to the holder of the master key, and to nobody else.

use std::time::Duration;

use gatepost::config::Network;
use gatepost::health::{HEADER, open_echo, question};

use crate::support::{TestApp, app_with};

#[tokio::test]
async fn tells_the_holder_of_the_key_how_his_request_arrived() {
    let app = app_with(|config| {
        config.http.trusted_proxies = vec!["127.0.0.1".parse::<Network>().unwrap()];
    })
    .await;
    let asked = question(&app.secrets, app.clock.now());
    let answer = app
        .get("/healthz")
        .header(HEADER, &asked)
        .header("x-forwarded-for", "198.51.100.9")
        .header("x-forwarded-proto", "https")
        .await
        .expect(200);
    let echo = answer.header(HEADER);
    assert!(!echo.contains("198.51"), "it is sealed");
    let arrival = open_echo(&app.secrets, &asked, echo).unwrap();
    assert_eq!(arrival.peer.to_string(), "127.0.0.1");
    assert_eq!(arrival.address.to_string(), "198.51.100.9");
    assert_eq!(arrival.forwarded_for, "198.51.100.9");
    assert_eq!(arrival.forwarded_proto, "https");
    assert_eq!(arrival.host, "localhost:8000");
    // Not for another question, nor by another key.
    let other = question(&app.secrets, app.clock.now());
    assert!(open_echo(&app.secrets, &other, echo).is_none());
    let elsewhere = TestApp::start().await;
    assert!(open_echo(&elsewhere.secrets, &asked, echo).is_none());
}

#[tokio::test]
async fn tells_nobody_else_anything() {
    let (app, elsewhere) = (TestApp::start().await, TestApp::start().await);
    let now = app.clock.now();
    let good = question(&app.secrets, now);
    let (asked, signature) = good.rsplit_once('.').unwrap();
    let later = asked.replacen(
        &now.seconds().to_string(),
        &(now.seconds() + 1).to_string(),
        1,
    );
    let plain = app.get("/healthz").await.expect(200);
    for question in [
        String::new(),
        "..".to_owned(),
        asked.to_owned(),
        format!("{later}.{signature}"),
        format!("{good}."),
        format!("{good}{}", "a".repeat(300)),
        question(&elsewhere.secrets, now),
        question(&app.secrets, now.minus(Duration::from_secs(301))),
        question(&app.secrets, now.plus(Duration::from_secs(301))),
    ] {
        let answer = app.get("/healthz").header(HEADER, &question).await;
        let answer = answer.expect(200);
        assert_eq!(answer.header(HEADER), "", "{question}");
        assert_eq!(answer.body, plain.body);
    }
    // On no other path either.
    let answer = app.get("/readyz").header(HEADER, &good).await.expect(200);
    assert_eq!(answer.header(HEADER), "");
}
