//! `POST /myaccount/password`

use gatepost::config::Period;
use serde_json::{Value, json};

use crate::accounts::is_signed_in;
use crate::attempts::{LOCKED, guess, try_password};
use crate::sessions::{Held, over};
use crate::support::{Answer, PASSWORD, TestApp, WRONG_PASSWORD};

const NEW: &str = "correct horse battery staple";
const WRONG: &str = "The password is not right.";

async fn change(app: &TestApp, token: &str, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "password": new});
    app.post_json("/myaccount/password", &body)
        .bearer(token)
        .await
}

/// Changes the password, and answers what the program holds from then on.
async fn changed(app: &TestApp, token: &str, current: &str, new: &str) -> Held {
    Held::of(&change(app, token, current, new).await.expect(200).json())
}

#[tokio::test]
async fn takes_the_new_one_and_no_longer_the_old_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = changed(&app, &jane.token, PASSWORD, NEW).await;
    assert!(is_signed_in(&app, &held.access).await);
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(401, "Incorrect email or password.");
    try_password(&app, &jane.email, NEW).await.expect(200);
}

#[tokio::test]
async fn ends_all_other_sessions_and_renews_this_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let others = [app.log_in(&jane.email).await, app.log_in(&jane.email).await];
    let held = changed(&app, &jane.token, PASSWORD, NEW).await;
    for other in &others {
        assert_eq!(over(&app, other).await, "password_changed");
    }
    assert_eq!(over(&app, &jane.token).await, "renewed");
    assert!(
        is_signed_in(&app, &held.access).await,
        "the one that changed it goes on"
    );
    assert!(is_signed_in(&app, &app.admin().await.token).await);
}

#[tokio::test]
async fn asks_for_the_current_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let other = app.log_in(&jane.email).await;
    let refusal = change(&app, &jane.token, WRONG_PASSWORD, NEW).await;
    let refusal = refusal.expect_refusal(403, WRONG);
    assert_eq!(refusal.json()["code"], "wrong_password");
    for token in [&other, &jane.token] {
        assert!(is_signed_in(&app, token).await);
    }
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn counts_wrong_ones_for_each_session_apart() {
    let app = TestApp::with(|config| config.tokens.lifetime = Period::hours(1)).await;
    let jane = app.verified_user("jane@example.com").await;
    let other = app.log_in(&jane.email).await;
    // A stranger's guesses do not keep the owner from changing the password.
    guess(&app, &jane.email, 4).await;
    for _ in 0..5 {
        change(&app, &jane.token, WRONG_PASSWORD, NEW)
            .await
            .expect_refusal(403, WRONG);
    }
    change(&app, &jane.token, PASSWORD, NEW)
        .await
        .expect_refusal(403, LOCKED);
    assert!(is_signed_in(&app, &jane.token).await, "open sessions go on");
    // Nor do guesses in a stolen session keep the owner out.
    try_password(&app, &jane.email, PASSWORD).await.expect(200);
    change(&app, &other, WRONG_PASSWORD, NEW)
        .await
        .expect_refusal(403, WRONG);
    app.clock.advance(app.config.login.lock_first.get());
    changed(&app, &jane.token, PASSWORD, NEW).await;
}

#[tokio::test]
async fn begins_the_count_anew() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut token = jane.token.clone();
    for (current, new) in [(PASSWORD, NEW), (NEW, PASSWORD)] {
        for _ in 0..4 {
            change(&app, &token, WRONG_PASSWORD, new).await.expect(403);
        }
        token = changed(&app, &token, current, new).await.access;
    }
    try_password(&app, &jane.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn holds_the_new_one_to_the_policy_and_repeats_none() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for (new, kind) in [
        ("short12", "string_too_short"),
        (&"x7-".repeat(43), "string_too_long"),
        ("password123", "value_error"),
        ("gatepost2026", "value_error"),
    ] {
        let fault = change(&app, &jane.token, PASSWORD, new).await.fault();
        assert_eq!(fault["type"], kind, "{new}");
        assert_eq!(fault["loc"], json!(["body", "password"]));
        assert_eq!(fault["input"], Value::Null);
    }
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn refuses_ones_own_address_and_name() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane.roe@example.com").await;
    let named = json!({"nickname": "stormy-petrel", "last_name": "Vanderbilt"});
    app.put_json("/myaccount/", &named)
        .bearer(&jane.token)
        .await
        .expect(200);
    for new in ["jane.roe@example.com", "stormy-petrel", "1Vanderbilt!"] {
        let fault = change(&app, &jane.token, PASSWORD, new).await.fault();
        assert_eq!(fault["loc"], json!(["body", "password"]), "{new}");
    }
}

#[tokio::test]
async fn names_every_fault_at_once_without_a_secret() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for (body, expected) in [
        (
            json!({}),
            vec![("current_password", "missing"), ("password", "missing")],
        ),
        (
            json!({"password": NEW}),
            vec![("current_password", "missing")],
        ),
        (
            json!({"current_password": 12_345_678, "password": ["Secret-in-a-list"]}),
            vec![
                ("current_password", "string_type"),
                ("password", "string_type"),
            ],
        ),
    ] {
        let answer = app
            .post_json("/myaccount/password", &body)
            .bearer(token)
            .await;
        let faults = answer.faults();
        let found: Vec<_> = faults
            .iter()
            .map(|fault| {
                (
                    fault["loc"][1].as_str().unwrap(),
                    fault["type"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(found, expected);
        for secret in [NEW, "12345678", "Secret-in-a-list"] {
            assert!(!answer.body.contains(secret), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn takes_any_characters_and_cuts_nothing() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let long = "äöü🦦 x".repeat(21);
    let (mut current, mut token) = (PASSWORD.to_owned(), jane.token.clone());
    for new in ["  spaces around it  ", "пароль-на-русском", long.as_str()] {
        token = changed(&app, &token, &current, new).await.access;
        let mut shorter = new.to_owned();
        shorter.pop();
        assert_eq!(try_password(&app, &jane.email, &shorter).await.status, 401);
        assert_eq!(
            try_password(&app, &jane.email, new.trim()).await.status,
            if new == new.trim() { 200 } else { 401 }
        );
        try_password(&app, &jane.email, new).await.expect(200);
        new.clone_into(&mut current);
    }
}

#[tokio::test]
async fn is_for_those_who_are_signed_in() {
    let app = TestApp::start().await;
    for body in [
        json!({"current_password": PASSWORD, "password": NEW}),
        json!({}),
    ] {
        let answer = app.post_json("/myaccount/password", &body).await;
        answer.expect_refusal(401, "Authentication required");
    }
}
