//! JSON bodies: no body, another type, broken syntax, and which of two keys counts.

use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

async fn send(app: &TestApp, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
    app.post("/register/").body(kind, body).await
}

fn good() -> String {
    json!({"email": "ann@example.com", "password": PASSWORD}).to_string()
}

#[tokio::test]
async fn no_body_is_a_missing_one() {
    let app = TestApp::start().await;
    let wanted =
        json!({"type": "missing", "loc": ["body"], "msg": "Field required", "input": null});
    for body in ["", "null", "  null\n"] {
        assert_eq!(
            send(&app, "application/json", body).await.fault(),
            wanted,
            "{body:?}"
        );
    }
    assert_eq!(app.post("/register/").await.fault(), wanted);
    assert_eq!(send(&app, "text/plain", "").await.fault(), wanted);
}

#[tokio::test]
async fn what_is_no_object_is_shown_with_its_secrets_masked() {
    let app = TestApp::start().await;
    for (body, shown) in [
        ("[]", json!([])),
        ("\"text\"", json!("text")),
        ("5", json!(5)),
        ("true", json!(true)),
        (
            r#"[{"password": "Secure*1234", "a": 1}]"#,
            json!([{"password": null, "a": 1}]),
        ),
        (
            r#"[[{"Password": {"x": 1}, "client_secret": 2, "refresh_token": 3}]]"#,
            json!([[{"Password": null, "client_secret": null, "refresh_token": null}]]),
        ),
    ] {
        let wanted = json!({"type": "model_attributes_type", "loc": ["body"],
            "msg": "Input should be a valid dictionary or object to extract fields from", "input": shown});
        assert_eq!(send(&app, "application/json", body).await.fault(), wanted);
    }
}

#[tokio::test]
async fn another_type_is_not_parsed_and_not_shown() {
    let app = TestApp::start().await;
    let wanted = json!({"type": "model_attributes_type", "loc": ["body"],
        "msg": "Input should be a valid dictionary or object to extract fields from", "input": null});
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "nonsense",
        "application/jsonx",
    ] {
        assert_eq!(send(&app, kind, good()).await.fault(), wanted, "{kind}");
    }
}

#[tokio::test]
async fn json_may_be_called_so_in_several_ways() {
    let app = TestApp::start().await;
    for (number, kind) in [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.api+json",
        " application/json ",
    ]
    .iter()
    .enumerate()
    {
        send(&app, kind, good().replace("ann", &format!("user{number}")))
            .await
            .expect(200);
    }
    app.post("/register/")
        .body("x/y", good())
        .without("content-type")
        .await
        .expect(200);
}

#[tokio::test]
async fn broken_syntax_is_told_with_its_place_in_characters() {
    let app = TestApp::start().await;
    for (body, place) in [
        ("{\"email\": x}", 10),
        ("{\"ä🚀\": x}", 7),
        ("{\n \"a\": 1,\n x}", 12),
        ("{\"a\": 01}", 7),
        ("x", 0),
    ] {
        let fault = send(&app, "application/json", body).await.fault();
        assert_eq!(
            (&fault["type"], &fault["msg"], &fault["input"]),
            (
                &json!("json_invalid"),
                &json!("JSON decode error"),
                &json!({})
            )
        );
        assert_eq!(fault["loc"], json!(["body", place]), "{body:?}: {fault}");
        assert!(
            fault["ctx"]["error"]
                .as_str()
                .is_some_and(|what| what.len() > 5),
            "{fault}"
        );
    }
    for body in [
        "{",
        "{\"a\": ",
        "{\"a\": 1",
        "[1, 2",
        "\"text",
        "{\"a\": tru",
    ] {
        let fault = send(&app, "application/json", body).await.fault();
        assert_eq!(
            fault["loc"],
            json!(["body", body.len()]),
            "{body:?} ends too early: {fault}"
        );
    }
}

#[tokio::test]
async fn what_json_does_not_know_is_broken_syntax() {
    let app = TestApp::start().await;
    let bodies: [&[u8]; 16] = [
        b"{\"email\": NaN}",
        b"{\"email\": Infinity}",
        b"{\"email\": -Infinity}",
        b"{\"email\": 1e999}",
        b"{'email': 'x'}",
        b"{email: 1}",
        b"{\"a\": 1,}",
        b"{\"a\": 1}}",
        b"{} {}",
        b"// comment\n{}",
        b"\xef\xbb\xbf{}",
        b"{\"a\": \"\xff\xfe\"}",
        b"\xff\xfe{\0}\0",
        b"{\"a\": \"\\ud800\"}",
        b"{\"a\": \"line\nbreak\"}",
        b"\0",
    ];
    for body in bodies {
        let fault = send(&app, "application/json", body).await.fault();
        assert_eq!(
            fault["type"],
            "json_invalid",
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

#[tokio::test]
async fn no_secret_is_told_by_a_syntax_error() {
    let app = TestApp::start().await;
    for body in [
        r#"{"password": "VerySecret-99", "email": x}"#,
        r#"{"password": VerySecret-99}"#,
        r#"{"password": "VerySecret-99"#,
        r#"{"password": "VerySecret-99\q"}"#,
    ] {
        let answer = send(&app, "application/json", body).await.expect(422);
        assert!(!answer.body.contains("VerySecret"), "{answer:#?}");
    }
}

#[tokio::test]
async fn of_duplicate_keys_the_last_counts() {
    let app = TestApp::start().await;
    let body = format!(
        r#"{{"email": 5, "email": "first@example.com", "password": "x", "email": "last@example.com", "password": "{PASSWORD}"}}"#
    );
    assert_eq!(
        send(&app, "application/json", body)
            .await
            .expect(200)
            .json()["email"],
        "last@example.com"
    );
}

#[tokio::test]
async fn escapes_are_the_characters_that_they_mean() {
    let app = TestApp::start().await;
    let body = r#"{"\u0065mail": "\u0061nn@example.com", "password": "Secure\u002a1234", "first_name": "\ud83d\ude80\u00e4"}"#;
    let user = send(&app, "application/json", body)
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&user["email"], &user["first_name"]),
        (&json!("ann@example.com"), &json!("🚀ä"))
    );
    app.log_in("ann@example.com").await;
}

#[tokio::test]
async fn deep_nesting_ends_in_a_refusal() {
    let app = TestApp::start().await;
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    send(&app, "application/json", deep(100_000))
        .await
        .expect(413);
    send(&app, "application/json", "[".repeat(60_000))
        .await
        .expect(422);
    for depth in [20, 100, 200, 1000, 30_000] {
        send(&app, "application/json", deep(depth))
            .await
            .expect(422);
        let inside = format!("{{\"email\": {}}}", deep(depth));
        send(&app, "application/json", inside).await.expect(422);
        let objects = format!(
            "{}1{}",
            "{\"a\":".repeat(depth.min(9000)),
            "}".repeat(depth.min(9000))
        );
        send(&app, "application/json", objects).await.expect(422);
    }
}
