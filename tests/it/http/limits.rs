//! Limits: of the body, of the headers, and of patience.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use gatepost::config::Period;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

/// A body for `/register/` of exactly `size` bytes.
fn body_of(size: usize) -> String {
    let frame = json!({"email": "ann@example.com", "password": PASSWORD, "x": ""}).to_string();
    frame.replace(
        r#""x":"""#,
        &format!(r#""x":"{}""#, "x".repeat(size - frame.len())),
    )
}

#[tokio::test]
async fn a_body_has_64_kib_and_not_a_byte_more() {
    let app = TestApp::start().await;
    assert_eq!(body_of(65_536).len(), 65_536);
    app.post("/register/")
        .body("application/json", body_of(65_536))
        .await
        .expect(200);
    let refusal = app
        .post("/register/")
        .body("application/json", body_of(65_537))
        .await;
    assert_eq!(
        refusal.expect_refusal(413, "Content Too Large").json()["code"],
        "content_too_large"
    );
    for path in ["/login/", "/myaccount/password"] {
        app.post(path)
            .body("text/plain", vec![b'x'; 70_000])
            .await
            .expect(413);
    }
}

#[tokio::test]
async fn the_limit_of_the_body_can_be_set() {
    let app =
        TestApp::with(|config| config.http.body_limit = gatepost::config::ByteSize::of_kib(1))
            .await;
    app.post("/register/")
        .body("application/json", body_of(1024))
        .await
        .expect(200);
    app.post("/register/")
        .body("application/json", body_of(1025))
        .await
        .expect(413);
}

#[tokio::test]
async fn headers_have_16_kib() {
    let app = TestApp::start().await;
    app.get("/login-form")
        .header("x-long", "x".repeat(15_000))
        .await
        .expect(200);
    for request in [
        app.get("/myaccount").header("x-long", "x".repeat(16_384)),
        app.get("/myaccount").bearer(&"x".repeat(20_000)),
        app.get("/myaccount")
            .cookie("access_token", &"x".repeat(60_000)),
        app.get(&format!("/users/?q={}", "x".repeat(20_000))),
        app.get(&format!("/{}", "x".repeat(20_000))),
    ] {
        let refusal = request
            .await
            .expect_refusal(431, "Request Header Fields Too Large");
        assert_eq!(refusal.json()["code"], "headers_too_large");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = TestApp::with(|config| config.http.body_deadline = Period::millis(20)).await;
    for first in ["", "{\"email\": "] {
        let begun = futures_util::stream::iter([Ok::<_, Infallible>(Bytes::from(first))]);
        let stream = futures_util::StreamExt::chain(begun, futures_util::stream::pending());
        let request =
            axum::http::Request::post("/register").header("content-type", "application/json");
        let answer = app
            .site
            .clone()
            .answer(request.body(Body::from_stream(stream)).unwrap())
            .await;
        assert_eq!(answer.status(), 408);
        assert_eq!(answer.headers()["connection"], "close");
        let body = http_body_util::BodyExt::collect(answer.into_body())
            .await
            .unwrap()
            .to_bytes();
        assert_eq!(
            body,
            r#"{"detail":"Request Timeout","code":"request_timeout"}"#
        );
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let app = TestApp::start().await;
    let broken =
        futures_util::stream::iter([Ok(Bytes::from("{")), Err(std::io::Error::other("gone"))]);
    let request = axum::http::Request::post("/register").header("content-type", "application/json");
    let answer = app
        .site
        .clone()
        .answer(request.body(Body::from_stream(broken)).unwrap())
        .await;
    assert_eq!(answer.status(), 400);
}
