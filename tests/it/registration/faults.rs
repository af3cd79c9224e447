//! The faults of a body of `POST /register/`: missing fields, wrong types, and all of them at once.

use serde_json::{Value, json};

use super::{entry, fault};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn names_every_missing_field_with_the_body_but_its_secrets() {
    let app = TestApp::start().await;
    let missing = |field: &str, input: Value| json!({"type": "missing", "loc": ["body", field], "msg": "Field required", "input": input});
    for (sent, shown) in [
        (json!({}), json!({})),
        (
            json!({"bio": "x", "more": {"token": "abc", "a": [1]}}),
            json!({"bio": "x", "more": {"token": null, "a": [1]}}),
        ),
    ] {
        let faults = app.post_json("/register/", &sent).await.faults();
        assert_eq!(
            faults,
            [missing("email", shown.clone()), missing("password", shown)]
        );
    }
    let faults = app
        .post_json(
            "/register/",
            &json!({"password": PASSWORD, "nickname": "ann"}),
        )
        .await
        .faults();
    assert_eq!(
        faults,
        [missing(
            "email",
            json!({"password": null, "nickname": "ann"})
        )]
    );
}

#[tokio::test]
async fn names_all_faults_at_once_in_the_order_of_the_schema() {
    let app = TestApp::start().await;
    let sent = json!({
        "password": "abc", "role": "KING", "github_profile_url": "ftp://x", "linkedin_profile_url": 7,
        "profile_picture_url": "x".repeat(256), "bio": "x".repeat(501), "last_name": [], "first_name": "x".repeat(101),
        "nickname": "a b", "email": "nobody",
    });
    let faults = app.post_json("/register/", &sent).await.faults();
    let told: Vec<(&str, &str)> = faults
        .iter()
        .map(|fault| {
            (
                fault["loc"][1].as_str().unwrap(),
                fault["type"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("email", "value_error"),
            ("nickname", "string_pattern_mismatch"),
            ("first_name", "string_too_long"),
            ("last_name", "string_type"),
            ("bio", "string_too_long"),
            ("profile_picture_url", "string_too_long"),
            ("linkedin_profile_url", "string_type"),
            ("github_profile_url", "value_error"),
            ("role", "enum"),
            ("password", "string_too_short"),
        ]
    );
}

#[tokio::test]
async fn asks_for_texts() {
    let app = TestApp::start().await;
    for value in [
        json!(1),
        json!(true),
        json!(1.5),
        json!([]),
        json!({"a": 1}),
    ] {
        for field in [
            "email",
            "nickname",
            "first_name",
            "bio",
            "github_profile_url",
        ] {
            let wanted = json!({"type": "string_type", "loc": ["body", field], "msg": "Input should be a valid string", "input": value});
            assert_eq!(fault(&app, field, value.clone()).await, wanted);
        }
        let wanted = json!({"type": "string_type", "loc": ["body", "password"], "msg": "Input should be a valid string", "input": null});
        assert_eq!(fault(&app, "password", value).await, wanted);
    }
    assert_eq!(
        fault(&app, "email", Value::Null).await["type"],
        "string_type"
    );
    assert_eq!(
        fault(&app, "password", Value::Null).await["type"],
        "string_type"
    );
}

#[tokio::test]
async fn names_the_roles() {
    let app = TestApp::start().await;
    let expected = "'ANONYMOUS', 'AUTHENTICATED', 'MANAGER' or 'ADMIN'";
    for role in [json!("admin"), json!("KING"), json!(1), json!([])] {
        let wanted = entry(
            ["enum", "role", &format!("Input should be {expected}")],
            role.clone(),
            &json!({"expected": expected}),
        );
        assert_eq!(fault(&app, "role", role).await, wanted);
    }
}

#[tokio::test]
async fn refuses_nul_in_texts() {
    let app = TestApp::start().await;
    for field in ["first_name", "last_name", "bio"] {
        let fault = fault(&app, field, "a\u{0}b").await;
        assert_eq!(
            (&fault["type"], &fault["input"]),
            (&json!("string_pattern_mismatch"), &json!("a\u{0}b"))
        );
    }
    assert_eq!(
        fault(&app, "email", "a\u{0}b@example.com").await["type"],
        "value_error"
    );
}

#[tokio::test]
async fn numbers_of_any_size_are_no_texts() {
    let app = TestApp::start().await;
    for number in [
        "9223372036854775809",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1e308",
        "0.1e-400",
        "-0",
    ] {
        let body = format!(r#"{{"email": {number}, "password": "{PASSWORD}"}}"#);
        let fault = app
            .post("/register/")
            .body("application/json", body)
            .await
            .fault();
        assert_eq!(fault["type"], "string_type", "{number}");
        assert!(fault["input"].is_number(), "{fault}");
    }
    let odd: Value =
        json!({"email": "ann@example.com", "password": PASSWORD, "unknown": [1.5, u64::MAX, null]});
    app.post_json("/register/", &odd).await.expect(200);
}
