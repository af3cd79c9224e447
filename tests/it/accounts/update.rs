//! `PUT /users/{user_id}`: its fields; addresses and roles have files of their own.

use std::time::Duration;

use serde_json::{Value, json};

use super::{KEYS, NOBODY, change, create, user};
use crate::support::people::keys;
use crate::support::{PASSWORD, TestApp};

/// Every optional field with a value.
fn details() -> Value {
    json!({
        "first_name": "Jane", "last_name": "Roe", "bio": "Sea captain.",
        "profile_picture_url": "https://example.com/jane.jpg",
        "linkedin_profile_url": "https://linkedin.com/in/jane",
        "github_profile_url": "https://github.com/jane",
    })
}

#[tokio::test]
async fn changes_what_was_sent_and_nothing_else() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut expected = change(&app, app.admin().await, &jane.id, &details())
        .await
        .expect(200)
        .json();
    for (key, value) in details().as_object().unwrap() {
        assert_eq!(&expected[key], value, "{key}");
    }
    for (key, value) in [
        ("bio", "Retired."),
        ("first_name", "Janet"),
        ("nickname", "janet"),
    ] {
        app.clock.advance(Duration::from_secs(1));
        let body = json!({ key: value });
        let changed = change(&app, app.admin().await, &jane.id, &body)
            .await
            .expect(200)
            .json();
        assert_eq!(keys(&changed), KEYS);
        expected[key] = value.into();
        expected["updated_at"] = app.clock.now().to_string().into();
        assert_eq!(changed, expected);
        assert_eq!(user(&app, &jane.id).await, expected);
    }
}

#[tokio::test]
async fn clears_an_optional_field_by_null_and_by_an_empty_text() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for nothing in [Value::Null, "".into()] {
        change(&app, app.admin().await, &jane.id, &details())
            .await
            .expect(200);
        for key in details().as_object().unwrap().keys() {
            let body = json!({ key: nothing });
            let changed = change(&app, app.admin().await, &jane.id, &body)
                .await
                .expect(200)
                .json();
            assert_eq!(changed[key], Value::Null, "{key} by {nothing}");
        }
    }
}

#[tokio::test]
async fn takes_no_null_for_the_address_and_the_nickname() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let before = user(&app, &jane.id).await;
    for key in ["email", "nickname"] {
        let body = json!({ key: null, "bio": "Changed." });
        let fault = change(&app, app.admin().await, &jane.id, &body)
            .await
            .fault();
        assert_eq!(fault["type"], "string_type", "{key}");
        assert_eq!(fault["loc"], json!(["body", key]));
        assert_eq!(fault["input"], Value::Null);
        let empty = change(&app, app.admin().await, &jane.id, &json!({ key: "" })).await;
        assert_eq!(empty.fault()["loc"], json!(["body", key]));
    }
    assert_eq!(user(&app, &jane.id).await, before);
}

#[tokio::test]
async fn refuses_a_body_without_any_field_that_it_knows() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for body in [
        json!({}),
        json!({"is_professional": true, "id": "x"}),
        json!({"Bio": "x"}),
    ] {
        let fault = change(&app, app.admin().await, &jane.id, &body)
            .await
            .fault();
        assert_eq!(fault["type"], "value_error");
        assert_eq!(fault["loc"], json!(["body"]));
        assert_eq!(
            fault["msg"],
            "Value error, At least one field must be provided for update"
        );
        assert_eq!(fault["input"], body);
        assert_eq!(fault["ctx"], json!({"error": {}}));
    }
}

#[tokio::test]
async fn ignores_an_unknown_field_beside_a_known_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let body = json!({"bio": "Changed.", "is_professional": true, "is_locked": true, "id": NOBODY});
    let changed = change(&app, app.admin().await, &jane.id, &body)
        .await
        .expect(200)
        .json();
    assert_eq!(changed["bio"], "Changed.");
    assert_eq!(changed["id"], jane.id.as_str());
    assert_eq!(
        (&changed["is_professional"], &changed["is_locked"]),
        (&json!(false), &json!(false))
    );
}

#[tokio::test]
async fn refuses_a_password_and_says_where_it_is_changed() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for body in [
        json!({"password": "Brand*new*9876"}),
        json!({"bio": "x", "password": null}),
    ] {
        let fault = change(&app, app.admin().await, &jane.id, &body)
            .await
            .fault();
        assert_eq!(fault["loc"], json!(["body", "password"]));
        assert_eq!(fault["input"], Value::Null);
        let msg = fault["msg"].as_str().unwrap();
        assert!(msg.contains("/myaccount/password"), "{msg}");
    }
    assert_eq!(user(&app, &jane.id).await["bio"], Value::Null);
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn a_value_equal_to_the_stored_one_is_fine() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let before = user(&app, &jane.id).await;
    let changed = change(&app, app.admin().await, &jane.id, &before)
        .await
        .expect(200)
        .json();
    assert_eq!(changed, before);
    assert_eq!(app.mails_to(&jane.email).await.len(), 1, "the first one");
}

#[tokio::test]
async fn changes_the_case_of_a_nickname() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for nickname in ["jane", "JANE", "Jane"] {
        let body = json!({"nickname": nickname});
        let changed = change(&app, app.admin().await, &jane.id, &body)
            .await
            .expect(200)
            .json();
        assert_eq!(changed["nickname"], nickname);
    }
}

#[tokio::test]
async fn refuses_a_taken_nickname_and_changes_nothing() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let ann = create(&app, "ann@example.com", "AUTHENTICATED").await;
    let nickname = ann["nickname"].as_str().unwrap();
    let before = user(&app, &jane.id).await;
    for taken in [nickname.to_owned(), nickname.to_uppercase()] {
        let body = json!({"bio": "Changed.", "nickname": taken, "email": "new@example.com"});
        let answer = change(&app, app.admin().await, &jane.id, &body).await;
        answer.expect_refusal(400, "Nickname already exists.");
    }
    assert_eq!(user(&app, &jane.id).await, before);
    assert!(app.mails_to("new@example.com").await.is_empty());
}

#[tokio::test]
async fn names_every_fault_at_once_and_changes_nothing() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let before = user(&app, &jane.id).await;
    let body = json!({
        "role": "KING", "github_profile_url": "x", "first_name": "J".repeat(101), "email": "x",
        "nickname": "jj", "last_name": "Roe",
    });
    let faults = change(&app, app.admin().await, &jane.id, &body)
        .await
        .faults();
    let fields: Vec<_> = faults
        .iter()
        .map(|fault| fault["loc"][1].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "email",
            "nickname",
            "first_name",
            "github_profile_url",
            "role"
        ]
    );
    assert_eq!(user(&app, &jane.id).await, before);
}

#[tokio::test]
async fn names_the_faults_of_the_path_with_those_of_the_body() {
    let app = TestApp::start().await;
    let faults = change(&app, app.admin().await, "x", &json!({"bio": 7}))
        .await
        .faults();
    let places: Vec<_> = faults.iter().map(|fault| fault["loc"].clone()).collect();
    assert_eq!(places, [json!(["path", "user_id"]), json!(["body", "bio"])]);
}

#[tokio::test]
async fn refuses_whoever_may_not() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let body = json!({"bio": "Changed."});
    let path = format!("/users/{}", jane.id);
    app.put_json(&path, &body)
        .await
        .expect_refusal(401, "Authentication required");
    change(&app, &jane, &jane.id, &body)
        .await
        .expect_refusal(403, "Operation not permitted");
    let unknown = change(&app, app.admin().await, NOBODY, &body).await;
    unknown.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
    let both = json!({"email": "x", "password": PASSWORD});
    change(&app, &jane, "x", &both)
        .await
        .expect_refusal(403, "Operation not permitted");
}
