//! `POST /users/`

use serde_json::{Value, json};

use super::{KEYS, create, user};
use crate::support::people::{keys, with};
use crate::support::{Answer, PASSWORD, TestApp, WRONG_PASSWORD};

async fn post(app: &TestApp, body: &Value) -> Answer {
    app.post_json("/users/", body)
        .bearer(&app.admin().await.token)
        .await
}

fn jane() -> Value {
    json!({"email": "jane@example.com", "password": PASSWORD})
}

#[tokio::test]
async fn makes_an_account_with_all_that_was_sent() {
    let app = TestApp::start().await;
    let sent = json!({
        "email": "jane.roe@example.com", "nickname": "Jane_Roe", "first_name": "Jane", "last_name": "Roe",
        "bio": "Sea captain.", "profile_picture_url": "https://example.com/jane.jpg",
        "linkedin_profile_url": "https://linkedin.com/in/jane", "github_profile_url": "https://github.com/jane",
    });
    let made = post(&app, &with(&sent, "password", PASSWORD))
        .await
        .expect(201)
        .json();
    assert_eq!(keys(&made), KEYS);
    for (key, value) in sent.as_object().unwrap() {
        assert_eq!(&made[key], value, "{key}");
    }
    let shown = user(&app, made["id"].as_str().unwrap()).await;
    assert_eq!(shown, made);
}

#[tokio::test]
async fn makes_up_a_nickname_when_none_is_sent() {
    let app = TestApp::start().await;
    let one = post(&app, &jane()).await.expect(201).json();
    let other = json!({"email": "ann@example.com", "password": PASSWORD, "nickname": null});
    let other = post(&app, &other).await.expect(201).json();
    assert_ne!(one["nickname"], other["nickname"]);
    assert!(one["nickname"].as_str().unwrap().len() >= 3);
}

#[tokio::test]
async fn ignores_fields_that_it_does_not_know() {
    let app = TestApp::start().await;
    let sent = with(&with(&jane(), "id", "x"), "is_professional", true);
    let made = post(&app, &with(&sent, "email_verified", true))
        .await
        .expect(201)
        .json();
    assert_eq!(made["is_professional"], false);
    assert_eq!(made["email_verified"], false);
}

#[tokio::test]
async fn lets_the_role_wait_for_the_verification() {
    let app = TestApp::start().await;
    for (email, role) in [
        ("user@example.com", "AUTHENTICATED"),
        ("boss@example.com", "MANAGER"),
        ("root@example.com", "ADMIN"),
    ] {
        let made = create(&app, email, role).await;
        assert_eq!(made["role"], "ANONYMOUS");
        assert_eq!(made["email_verified"], false);
        let link = app.verify_link(email).await;
        app.get(&link).await.expect(307);
        let shown = user(&app, made["id"].as_str().unwrap()).await;
        assert_eq!(shown["role"], role);
        assert_eq!(shown["email_verified"], true);
    }
}

#[tokio::test]
async fn makes_an_ordinary_user_when_no_role_is_sent() {
    let app = TestApp::start().await;
    for (email, role) in [
        ("a@example.com", None),
        ("b@example.com", Some(Value::Null)),
    ] {
        let body = json!({"email": email, "password": PASSWORD});
        let body = role.map_or(body.clone(), |role| with(&body, "role", role));
        let made = post(&app, &body).await.expect(201).json();
        app.get(&app.verify_link(email).await).await.expect(307);
        assert_eq!(
            user(&app, made["id"].as_str().unwrap()).await["role"],
            "AUTHENTICATED"
        );
    }
}

#[tokio::test]
async fn lets_nobody_log_in_before_the_verification() {
    let app = TestApp::start().await;
    create(&app, "jane@example.com", "ADMIN").await;
    let log_in = |password| {
        app.post_form(
            "/login/",
            &[("username", "jane@example.com"), ("password", password)],
        )
    };
    log_in(WRONG_PASSWORD)
        .await
        .expect_refusal(401, "Incorrect email or password.");
    log_in(PASSWORD)
        .await
        .expect_refusal(401, "Email not verified.");
    app.get(&app.verify_link("jane@example.com").await)
        .await
        .expect(307);
    log_in(PASSWORD).await.expect(200);
}

#[tokio::test]
async fn refuses_a_taken_address_in_any_spelling() {
    let app = TestApp::start().await;
    post(&app, &jane()).await.expect(201);
    for email in ["jane@example.com", " JANE@Example.COM ", "Jane@EXAMPLE.com"] {
        let answer = post(&app, &with(&jane(), "email", email)).await;
        let refusal = answer.expect_refusal(400, "User with given email already exists.");
        assert_eq!(refusal.json()["code"], "email_taken");
    }
    assert_eq!(super::list(&app, "").await["total"], 2);
}

#[tokio::test]
async fn refuses_a_taken_nickname_in_any_case() {
    let app = TestApp::start().await;
    let made = post(&app, &with(&jane(), "nickname", "Jane-Roe"))
        .await
        .expect(201)
        .json();
    assert_eq!(made["nickname"], "Jane-Roe", "shown as it was typed");
    for nickname in ["Jane-Roe", "jane-roe", "JANE-ROE"] {
        let body = json!({"email": "ann@example.com", "password": PASSWORD, "nickname": nickname});
        let refusal = post(&app, &body)
            .await
            .expect_refusal(400, "Nickname already exists.");
        assert_eq!(refusal.json()["code"], "nickname_taken");
    }
    let still_free = json!({"email": "ann@example.com", "password": PASSWORD, "nickname": "ann"});
    post(&app, &still_free).await.expect(201);
}

#[tokio::test]
async fn names_every_fault_at_once_in_the_order_of_the_schema() {
    let app = TestApp::start().await;
    let sent = json!({
        "password": "short", "role": "KING", "bio": 7, "nickname": "a b", "email": "x",
        "github_profile_url": "ftp://example.com",
    });
    let faults = post(&app, &sent).await.faults();
    let found: Vec<_> = faults
        .iter()
        .map(|fault| (&fault["loc"][1], &fault["type"]))
        .collect();
    let expected = [
        ("email", "value_error"),
        ("nickname", "string_pattern_mismatch"),
        ("bio", "string_type"),
        ("github_profile_url", "value_error"),
        ("role", "enum"),
        ("password", "string_too_short"),
    ];
    let expected = expected.map(|(field, kind)| (json!(field), json!(kind)));
    assert_eq!(
        found,
        expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>()
    );
    assert_eq!(faults[5]["input"], Value::Null);
}

#[tokio::test]
async fn refuses_a_weak_password_without_repeating_it() {
    let app = TestApp::start().await;
    for password in ["password1", "jane@example.com", "aaaaaaaaaaaa"] {
        let fault = post(&app, &with(&jane(), "password", password))
            .await
            .fault();
        assert_eq!(fault["loc"], json!(["body", "password"]), "{password}");
        assert_eq!(fault["type"], "value_error");
        assert_eq!(fault["input"], Value::Null);
    }
}

#[tokio::test]
async fn is_for_staff_only() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    app.post_json("/users/", &jane())
        .await
        .expect_refusal(401, "Authentication required");
    let broken = json!({"email": "x"});
    for body in [jane(), broken] {
        let answer = app.post_json("/users/", &body).bearer(&user.token).await;
        answer.expect_refusal(403, "Operation not permitted");
    }
    assert_eq!(super::list(&app, "").await["total"], 2);
    assert!(app.mails_to("jane@example.com").await.is_empty());
}
