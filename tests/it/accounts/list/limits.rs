//! `GET /users/`: what it refuses, and whom.

use serde_json::{Value, json};

use super::peopled;
use crate::accounts::list;
use crate::support::TestApp;

/// Asks for `query`, which has one fault in `field`, and answers it without its place.
async fn refused(app: &TestApp, query: &str, field: &str) -> Value {
    let token = &app.admin().await.token;
    let fault = app
        .get(&format!("/users/?{query}"))
        .bearer(token)
        .await
        .fault();
    assert_eq!(fault["loc"], json!(["query", field]), "{query}");
    fault
}

#[tokio::test]
async fn refuses_what_is_out_of_range() {
    let app = TestApp::start().await;
    for (query, field, limit) in [
        ("limit=0", "limit", json!({"ge": 1})),
        ("limit=-5", "limit", json!({"ge": 1})),
        ("limit=101", "limit", json!({"le": 100})),
        ("limit=9223372036854775809", "limit", json!({"le": 100})),
        ("skip=-1", "skip", json!({"ge": 0})),
        ("skip=-9223372036854775809", "skip", json!({"ge": 0})),
    ] {
        let fault = refused(&app, query, field).await;
        assert_eq!(fault["ctx"], limit, "{query}");
        let (kind, msg) = match limit.get("ge") {
            Some(least) => (
                "greater_than_equal",
                format!("greater than or equal to {least}"),
            ),
            None => (
                "less_than_equal",
                format!("less than or equal to {}", limit["le"]),
            ),
        };
        assert_eq!(fault["type"], kind, "{query}");
        assert_eq!(fault["msg"], format!("Input should be {msg}"));
    }
    assert_eq!(refused(&app, "limit=101", "limit").await["input"], 101);
}

#[tokio::test]
async fn refuses_what_is_no_number() {
    let app = TestApp::start().await;
    for (field, text) in [
        ("limit", "ten"),
        ("limit", ""),
        ("limit", "1.5"),
        ("skip", "1e3"),
        ("skip", "0x1"),
    ] {
        let fault = refused(&app, &format!("{field}={text}"), field).await;
        assert_eq!(fault["type"], "int_parsing", "{text}");
        let msg = "Input should be a valid integer, unable to parse string as an integer";
        assert_eq!(
            (&fault["msg"], &fault["input"]),
            (&json!(msg), &json!(text))
        );
        assert_eq!(fault.get("ctx"), None);
    }
}

#[tokio::test]
async fn names_every_fault_at_once() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    let path = "/users/?sort=age&cursor=x&role=x&limit=0&skip=-1&is_locked=x";
    let faults = app.get(path).bearer(token).await.faults();
    let fields: Vec<_> = faults
        .iter()
        .map(|fault| fault["loc"][1].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        ["skip", "limit", "role", "is_locked", "sort", "cursor"]
    );
}

#[tokio::test]
async fn never_falls_over_a_huge_number() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for number in [
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "9".repeat(60).as_str(),
    ] {
        let answer = app
            .get(&format!("/users/?skip={number}"))
            .bearer(token)
            .await;
        assert_eq!(answer.status, 422, "{number}");
    }
}

#[tokio::test]
async fn counts_the_last_of_a_repeated_parameter() {
    let app = peopled(3).await;
    assert_eq!(list(&app, "limit=1&limit=2").await["size"], 2);
}

#[tokio::test]
async fn is_for_staff_only() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for query in ["", "?limit=0"] {
        let path = format!("/users/{query}");
        app.get(&path)
            .await
            .expect_refusal(401, "Authentication required");
        app.get(&path)
            .bearer(&jane.token)
            .await
            .expect_refusal(403, "Operation not permitted");
    }
}
