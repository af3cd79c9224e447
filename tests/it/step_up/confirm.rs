//! `POST /myaccount/confirm-password`

use std::time::Duration;

use axum::http::HeaderMap;
use gatepost::config::Period;
use gatepost::ids::SessionId;
use gatepost::roles::Role;
use gatepost::sessions::Caller;
use serde_json::{Value, json};

use crate::attempts::{LOCKED, guess, lock_out, try_password};
use crate::sessions::{Held, log_in, noted, over, own, sid};
use crate::support::{Answer, PASSWORD, TestApp, WRONG_PASSWORD};

const WRONG: &str = "The password is not right.";

async fn confirm(app: &TestApp, token: &str, password: &str) -> Answer {
    app.post_json(
        "/myaccount/confirm-password",
        &json!({"password": password}),
    )
    .bearer(token)
    .await
}

#[tokio::test]
async fn gives_a_new_session_for_the_right_password() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let answer = confirm(&app, &jane.token, PASSWORD).await.expect(200);
    let held = Held::of(&answer.json());
    assert_ne!(held.session(), sid(&jane.token));
    assert_eq!(over(&app, &jane.token).await, "renewed");
    own(&app, &held.access).await.expect(200);
    let done = ("done".to_owned(), None, Some(jane.id.clone()));
    assert_eq!(noted(&app, "reauthenticated").await, [done]);
}

#[tokio::test]
async fn refuses_a_wrong_one_and_leaves_the_session_as_it_is() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for wrong in [WRONG_PASSWORD, "x", "secure*1234"] {
        let answer = confirm(&app, &jane.token, wrong).await;
        let answer = answer.expect_refusal(403, WRONG);
        assert_eq!(answer.json()["code"], "wrong_password");
    }
    own(&app, &jane.token).await.expect(200);
    let noted = noted(&app, "reauthenticated").await;
    assert_eq!(noted.len(), 3);
    assert_eq!(noted[0].1.as_deref(), Some("wrong_password"));
}

#[tokio::test]
async fn refuses_somebody_elses_password() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let change = json!({"current_password": PASSWORD, "password": crate::recovery::NEW});
    let admin = app.admin().await;
    let change = app.post_json("/myaccount/password", &change);
    change.bearer(&admin.token).await.expect(200);
    confirm(&app, &jane.token, crate::recovery::NEW)
        .await
        .expect_refusal(403, WRONG);
    confirm(&app, &jane.token, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn looks_at_a_few_wrong_ones_for_each_session() {
    let app = TestApp::with(|config| config.tokens.lifetime = Period::hours(1)).await;
    let jane = app.verified_user("jane@example.com").await;
    let other = log_in(&app, &jane.email).await;
    for _ in 0..5 {
        confirm(&app, &jane.token, WRONG_PASSWORD)
            .await
            .expect_refusal(403, WRONG);
    }
    for password in [PASSWORD, WRONG_PASSWORD] {
        confirm(&app, &jane.token, password)
            .await
            .expect_refusal(403, LOCKED);
    }
    // The owner is kept out neither here nor there.
    confirm(&app, &other.access, PASSWORD).await.expect(200);
    try_password(&app, &jane.email, PASSWORD).await.expect(200);
    app.clock.advance(app.config.login.lock_first.get());
    confirm(&app, &jane.token, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn is_open_to_the_owner_while_strangers_have_locked_the_login() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    confirm(&app, &jane.token, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn helps_nobody_to_guess_at_the_login() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    guess(&app, &jane.email, 4).await;
    // A right password here does not give a stranger at the login his tries back.
    confirm(&app, &jane.token, PASSWORD).await.expect(200);
    guess(&app, &jane.email, 1).await;
    try_password(&app, &jane.email, WRONG_PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
}

#[tokio::test]
async fn names_what_is_wrong_with_the_body() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for (body, kind) in [
        (json!({}), "missing"),
        (json!({"password": 1}), "string_type"),
        (json!({"password": "x".repeat(1025)}), "string_too_long"),
    ] {
        let request = app.post_json("/myaccount/confirm-password", &body);
        let fault = request.bearer(token).await.fault();
        assert_eq!(
            (&fault["type"], &fault["input"]),
            (&json!(kind), &masked(&body))
        );
    }
}

/// A secret is never repeated; where it is missing, the object is shown.
fn masked(body: &Value) -> Value {
    if body.get("password").is_some() {
        Value::Null
    } else {
        body.clone()
    }
}

#[tokio::test]
async fn makes_a_session_fresh_for_a_while() {
    let app = TestApp::start().await;
    let caller = |authenticated_at| Caller {
        account: app_id(),
        session: SessionId::new(),
        role: Role::Authenticated,
        name: "Jane".into(),
        authenticated_at,
        acting: None,
        by_cookie: HeaderMap::new().is_empty(),
        client: gatepost::http::Client::machine("test"),
    };
    let now = app.clock.now();
    let fresh = app.config.session.fresh.get();
    let almost = fresh.saturating_sub(Duration::from_millis(1));
    assert!(caller(now).require_fresh(&app).is_ok());
    assert!(caller(now.minus(almost)).require_fresh(&app).is_ok());
    assert!(caller(now.minus(fresh)).require_fresh(&app).is_err());
}

fn app_id() -> gatepost::ids::AccountId {
    gatepost::ids::AccountId::new()
}

#[tokio::test]
async fn a_refresh_makes_nothing_fresh() {
    use gatepost::db::Run;

    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let begun = app.clock.now();
    app.clock.advance(app.config.session.fresh.get());
    crate::sessions::next(&app, &held.refresh).await;
    let sql = "SELECT authenticated_at FROM sessions WHERE id = $1";
    let id = gatepost::db::Value::Uuid(held.session().parse().unwrap());
    let row = app.db.one(sql, &[id]).await.unwrap();
    let at: gatepost::clock::Timestamp = row.get("authenticated_at").unwrap();
    assert_eq!(at, begun);
}
