//! `GET /users/`: what it refuses, and whom.

use serde_json::{Value, json};

use super::list;
use super::list::peopled;
use crate::support::TestApp;

#[tokio::test]
async fn refuses_what_is_out_of_range_and_names_all_of_it() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for (query, field, kind, msg, ctx) in [
        (
            "limit=0",
            "limit",
            "greater_than_equal",
            "greater than or equal to 1",
            json!({"ge": 1}),
        ),
        (
            "limit=-5",
            "limit",
            "greater_than_equal",
            "greater than or equal to 1",
            json!({"ge": 1}),
        ),
        (
            "limit=101",
            "limit",
            "less_than_equal",
            "less than or equal to 100",
            json!({"le": 100}),
        ),
        (
            "limit=9223372036854775809",
            "limit",
            "less_than_equal",
            "100",
            json!({"le": 100}),
        ),
        (
            "skip=-1",
            "skip",
            "greater_than_equal",
            "greater than or equal to 0",
            json!({"ge": 0}),
        ),
        (
            "skip=-9223372036854775809",
            "skip",
            "greater_than_equal",
            "to 0",
            json!({"ge": 0}),
        ),
        (
            "limit=ten",
            "limit",
            "int_parsing",
            "unable to parse string as an integer",
            Value::Null,
        ),
        (
            "limit=",
            "limit",
            "int_parsing",
            "unable to parse string as an integer",
            Value::Null,
        ),
        (
            "limit=1.5",
            "limit",
            "int_parsing",
            "unable to parse string as an integer",
            Value::Null,
        ),
        (
            "skip=1e3",
            "skip",
            "int_parsing",
            "unable to parse string as an integer",
            Value::Null,
        ),
    ] {
        let fault = app
            .get(&format!("/users/?{query}"))
            .bearer(token)
            .await
            .fault();
        assert_eq!(fault["type"], kind, "{query}");
        assert_eq!(fault["loc"], json!(["query", field]));
        assert!(fault["msg"].as_str().unwrap().ends_with(msg), "{fault:#}");
        assert_eq!(
            fault.get("ctx").cloned().unwrap_or_default(),
            ctx,
            "{query}"
        );
    }
    let faults = app
        .get("/users/?limit=0&skip=-1&sort=age&role=x")
        .bearer(token)
        .await
        .faults();
    let fields: Vec<_> = faults
        .iter()
        .map(|fault| fault["loc"][1].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["skip", "limit", "role", "sort"]);
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
