//! What clients send to `POST /login/`: the fields of old ones, and odd things.

use serde_json::json;

use super::log_in;
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn takes_the_forms_that_old_clients_send() {
    let app = TestApp::start().await;
    app.admin().await;
    let pair = [("username", "admin@example.com"), ("password", PASSWORD)];
    for more in [
        vec![("grant_type", "password")],
        vec![
            ("grant_type", ""),
            ("scope", ""),
            ("client_id", ""),
            ("client_secret", ""),
        ],
        vec![
            ("grant_type", "password"),
            ("scope", "me items"),
            ("client_id", "x"),
            ("client_secret", "y"),
            ("next", "/"),
        ],
    ] {
        app.post_form("/login/", &[&pair[..], &more].concat())
            .await
            .expect(200);
    }
    let fault = app
        .post_form(
            "/login/",
            &[&pair[..], &[("grant_type", "client_credentials")]].concat(),
        )
        .await
        .fault();
    assert_eq!(
        fault,
        json!({"type": "string_pattern_mismatch", "loc": ["body", "grant_type"],
        "msg": "String should match pattern 'password'", "input": "client_credentials", "ctx": {"pattern": "password"}})
    );
}

#[tokio::test]
async fn lets_nobody_in_with_odd_input() {
    let app = TestApp::start().await;
    app.admin().await;
    let long = "x".repeat(50_000);
    for name in [
        "\u{0}",
        "a\u{0}@example.com",
        &long,
        "' OR 1=1 --",
        "admin@example.com'--",
        "%",
        "🚀@🚀.🚀",
        "\u{feff}",
    ] {
        let answer = log_in(&app, name, PASSWORD).await;
        assert!(matches!(answer.status, 401 | 422), "{name:?}: {answer:#?}");
    }
    let answer = log_in(&app, "admin@example.com", &long).await;
    assert!(matches!(answer.status, 401 | 422), "{answer:#?}");
}
