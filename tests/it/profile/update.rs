//! `PUT /myaccount/`: the same rules as for those who manage, but for the role.

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::own;
use crate::accounts::KEYS;
use crate::attempts::try_password;
use crate::support::people::keys;
use crate::support::{Answer, PASSWORD, TestApp};

async fn change(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.put_json("/myaccount/", body).bearer(token).await
}

#[tokio::test]
async fn changes_what_was_sent_and_nothing_else() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut expected = own(&app, &jane.token).await;
    for (key, value) in [
        ("nickname", json!("janet")),
        ("first_name", json!("Jane")),
        ("last_name", json!("Roe")),
        ("bio", json!("Sea captain.\n<b>Retired</b> & \"happy\" 🦦")),
        ("profile_picture_url", json!("https://example.com/jane.jpg")),
        (
            "linkedin_profile_url",
            json!("https://linkedin.com/in/jane"),
        ),
        ("github_profile_url", json!("http://github.com/jane")),
        ("bio", Value::Null),
        ("first_name", Value::Null),
    ] {
        let changed = change(&app, &jane.token, &json!({ key: value }))
            .await
            .expect(200)
            .json();
        assert_eq!(keys(&changed), KEYS);
        expected[key] = value;
        assert_eq!(changed, expected);
        assert_eq!(own(&app, &jane.token).await, expected);
    }
    let changed = change(&app, &jane.token, &json!({"last_name": ""}))
        .await
        .expect(200)
        .json();
    assert_eq!(changed["last_name"], Value::Null);
}

#[tokio::test]
async fn sending_back_what_was_shown_is_fine() {
    let app = TestApp::start().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let before = own(&app, &boss.token).await;
    let changed = change(&app, &boss.token, &before).await.expect(200).json();
    assert_eq!(changed, before);
}

#[tokio::test]
async fn nobody_changes_his_own_role() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    for (person, role) in [(&jane, "ADMIN"), (&jane, "ANONYMOUS"), (&other, "MANAGER")] {
        let body = json!({"role": role, "bio": "Changed."});
        let refusal = change(&app, &person.token, &body).await;
        refusal.expect_refusal(403, "Operation not permitted");
        assert_eq!(own(&app, &person.token).await["bio"], Value::Null);
    }
}

#[tokio::test]
async fn refuses_a_body_without_any_field_that_it_knows() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for body in [json!({}), json!({"is_professional": true})] {
        let fault = change(&app, token, &body).await.fault();
        assert_eq!(fault["loc"], json!(["body"]));
        assert_eq!(
            fault["msg"],
            "Value error, At least one field must be provided for update"
        );
        assert_eq!(fault["input"], body);
    }
}

#[tokio::test]
async fn takes_no_null_for_the_address_and_the_nickname() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    let faults = change(&app, token, &json!({"nickname": null, "email": null}))
        .await
        .faults();
    let found: Vec<_> = faults
        .iter()
        .map(|fault| (&fault["loc"][1], &fault["type"]))
        .collect();
    let kind = json!("string_type");
    assert_eq!(
        found,
        [(&json!("email"), &kind), (&json!("nickname"), &kind)]
    );
}

#[tokio::test]
async fn refuses_a_password_and_says_where_it_is_changed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = json!({"bio": "Changed.", "password": "Brand*new*9876"});
    let fault = change(&app, &admin.token, &body).await.fault();
    assert_eq!(fault["loc"], json!(["body", "password"]));
    assert_eq!(fault["input"], Value::Null);
    assert!(
        fault["msg"]
            .as_str()
            .unwrap()
            .contains("/myaccount/password"),
        "{fault:#}"
    );
    assert_eq!(own(&app, &admin.token).await["bio"], Value::Null);
    app.log_in(&admin.email).await;
}

#[tokio::test]
async fn a_taken_nickname_or_address_changes_nothing() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let body = json!({"email": "ann@example.com", "nickname": "Ann", "password": PASSWORD});
    app.post_json("/register/", &body).await.expect(200);
    let before = own(&app, &jane.token).await;
    for (body, detail) in [
        (
            json!({"bio": "x", "nickname": "ann"}),
            "Nickname already exists.",
        ),
        (
            json!({"bio": "x", "email": "ANN@example.com"}),
            "User with given email already exists.",
        ),
    ] {
        change(&app, &jane.token, &body)
            .await
            .expect_refusal(400, detail);
        assert_eq!(own(&app, &jane.token).await, before);
    }
}

#[tokio::test]
async fn moves_to_a_new_address_when_its_link_is_followed() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let body = json!({"email": "new@example.com", "bio": "Moving."});
    let changed = change(&app, &jane.token, &body).await.expect(200).json();
    assert_eq!(
        (&changed["email"], &changed["bio"]),
        (&json!(jane.email), &json!("Moving."))
    );
    app.get(&app.verify_link("new@example.com").await)
        .await
        .expect(307);
    assert_eq!(own(&app, &jane.token).await["email"], "new@example.com");
    app.log_in("new@example.com").await;
    assert_eq!(try_password(&app, &jane.email, PASSWORD).await.status, 401);
}

#[tokio::test]
async fn is_for_those_who_are_signed_in() {
    let app = TestApp::start().await;
    for body in [json!({"bio": "x"}), json!({})] {
        let answer = app.put_json("/myaccount/", &body).await;
        answer.expect_refusal(401, "Authentication required");
    }
}
