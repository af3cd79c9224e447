//! Malformed identifiers: what is no identifier finds nothing, changes nothing and breaks nothing.

use serde_json::{Value, json};

use crate::support::calls::without_limits;
use crate::support::contract;
use crate::support::{TestApp, app_with};

fn odd_ids(id: &str) -> Vec<String> {
    let mut odd: Vec<String> = [
        "../",
        "..",
        "..%2f",
        "..%2f..%2fmyaccount",
        "%2e%2e",
        "%2e%2e%2f",
        "%252e%252e",
        "..;",
        ".",
        "%2f",
        "%5c",
        "*",
        "%25",
        "[]",
        "%5B%5D",
        "%7B%7D",
        "null",
        "undefined",
        "true",
        "0",
        "-1",
        "1e3",
        "%00",
        "%0a",
        "%ff",
        "%EF%BC%90",
        "'",
        "%22",
        "me",
        "self",
        "admin",
        "%24ne",
        "00000000-0000-0000-0000-000000000000",
        "urn:uuid:",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ]
    .map(str::to_owned)
    .to_vec();
    odd.extend([
        format!("{id}/x"),
        format!("{id}/../{id}"),
        format!("{id}%2fx"),
        format!("{id}%00"),
        format!("{id}%20"),
        format!("%20{id}"),
        format!("{id}."),
        format!("{id};x=y"),
        format!("{id},{id}"),
        format!("%5B%22{id}%22%5D"),
        format!("%7B%22id%22:%22{id}%22%7D"),
        "a".repeat(7000),
    ]);
    odd
}

#[tokio::test]
async fn what_is_no_identifier_gets_a_refusal_and_no_effect() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    let before = app.things().await;
    for operation in contract::operations().filter(|operation| !operation.identifiers().is_empty())
    {
        for odd in odd_ids(&user.id) {
            let answer = app.call(&operation, &odd).bearer(&admin.token).await;
            let what = format!("{} {}", operation.method, operation.filled(&odd));
            assert!(matches!(answer.status, 400..500), "{what}: {answer:#?}");
        }
    }
    TestApp::assert_same(&before, &app.things().await, "afterwards");
}

#[tokio::test]
async fn every_field_takes_its_own_type_and_no_other() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let odd = [
        json!([]),
        json!(["a@example.com"]),
        json!({}),
        json!({"$ne": null}),
        json!({"id": admin.id}),
        json!("\u{0}"),
        json!("../"),
        json!(["a", ["b"]]),
        json!("x".repeat(60_000)),
    ];
    for operation in
        contract::operations().filter(super::super::support::contract::Operation::writes)
    {
        let Some((kind, sample)) = operation.sample() else {
            continue;
        };
        for name in sample.keys() {
            for value in &odd {
                let mut fields = sample.clone();
                fields.insert(name.clone(), value.clone());
                // What is a password in one field may be shown in another.
                app.forget_secrets();
                let request = app.call(&operation, &uuid::Uuid::nil().to_string());
                let answer = request.bearer(&admin.token).fields(kind, &fields).await;
                let what = format!("{}: {name}: {value:.60}", operation.id());
                // A list or an object is no value of any field here.
                assert!(
                    matches!(answer.status, 400..500)
                        || value.is_string()
                        || kind != "application/json",
                    "{what}: {answer:#?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_is_none_opens_nothing() {
    let app = app_with(without_limits).await;
    let before = app.things().await;
    let long = "a".repeat(6000);
    let odd = [
        "%00",
        "..",
        "%2e%2e%2f",
        "null",
        "[]",
        "'--",
        "%F0%9F%9A%80",
        &long,
    ];
    for operation in contract::operations().filter(|operation| operation.path.contains("{token}")) {
        for token in odd {
            let path = operation.filled(&uuid::Uuid::nil().to_string());
            let answer = app
                .request(operation.method, &path.replace("a-token", token))
                .await;
            assert!(matches!(answer.status, 400..500), "{path}: {answer:#?}");
        }
    }
    for path in [
        "/reset-password",
        "/undo-email-change",
        "/accept-invitation",
    ] {
        for token in [
            json!(null),
            json!([]),
            json!({}),
            json!(0),
            json!(true),
            json!(""),
            json!("\u{0}"),
            Value::from(long.as_str()),
        ] {
            let body = json!({"token": token, "password": "correct horse battery"});
            let answer = app.post_json(path, &body).await;
            assert!(matches!(answer.status, 400..500), "{path}: {answer:#?}");
        }
    }
    TestApp::assert_same(&before, &app.things().await, "afterwards");
}
