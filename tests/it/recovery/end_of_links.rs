//! When a link stops working: once used, replaced, withdrawn or too old.

use std::time::Duration;

use gatepost::app::App;
use gatepost::{jobs, recovery};
use serde_json::json;

use super::{INVALID, NEW, ask, code_in, count, mails, new_code, reset};
use crate::attempts::try_password;
use crate::support::{PASSWORD, TestApp};

const NEWER: &str = "an even longer staple";

#[tokio::test]
async fn works_once() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    reset(&app, &code, NEW).await.expect(204);
    reset(&app, &code, NEWER).await.expect_refusal(400, INVALID);
    try_password(&app, "jane@example.com", NEW)
        .await
        .expect(200);
}

#[tokio::test]
async fn only_the_newest_works() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let older = new_code(&app, "jane@example.com").await;
    app.clock.advance(Duration::from_secs(1));
    let newer = new_code(&app, "jane@example.com").await;
    assert_ne!(older, newer);
    reset(&app, &older, NEW).await.expect_refusal(400, INVALID);
    reset(&app, &newer, NEW).await.expect(204);
    assert_eq!(count(&app, "recoveries").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_jobs_at_once_one_link_is_left() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    ask(&app, "jane@example.com").await;
    ask(&app, "jane@example.com").await;
    let other = app.second_node().await;
    let nodes = [(*app).clone(), (*other).clone()];
    let running = nodes.map(|node| tokio::spawn(work_of(node)));
    for node in running {
        node.await.unwrap();
    }
    assert_eq!(count(&app, "recoveries").await, 1);
    let mut working = 0;
    for mail in mails(&app, "jane@example.com").await {
        let answer = reset(&app, &code_in(&mail), NEW).await;
        working += u32::from(answer.status == 204);
    }
    assert_eq!(working, 1);
}

#[tokio::test]
async fn runs_out() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    app.verified_user("june@example.com").await;
    let (in_time, late) = (
        new_code(&app, "jane@example.com").await,
        new_code(&app, "june@example.com").await,
    );
    app.advance_almost(app.config.accounts.recovery_lifetime.get());
    reset(&app, &in_time, NEW).await.expect(204);
    app.clock.advance(Duration::from_secs(1));
    reset(&app, &late, NEW).await.expect_refusal(400, INVALID);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(recovery::purge(&app).await.unwrap(), 1);
    assert_eq!(count(&app, "recoveries").await, 0);
    try_password(&app, "june@example.com", PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn dies_when_the_password_is_changed() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    let body = json!({"current_password": PASSWORD, "password": NEWER});
    let changed = app
        .post_json("/myaccount/password", &body)
        .bearer(&jane.token)
        .await;
    assert!([200, 204].contains(&changed.status), "{changed:#?}");
    reset(&app, &code, NEW).await.expect_refusal(400, INVALID);
    try_password(&app, &jane.email, NEWER).await.expect(200);
}

async fn work_of(node: App) {
    jobs::run_due(&node, gatepost::app::WORK).await.unwrap();
}

/// Gives the account another address, and answers what was mailed to the new one.
async fn change_address(app: &TestApp, token: &str, email: &str) {
    let change = json!({"email": email});
    app.put_json("/myaccount/", &change)
        .bearer(token)
        .await
        .expect(200);
    let link = app.verify_link(email).await;
    app.get(&link).await.expect(307);
}

#[tokio::test]
async fn dies_when_the_address_is_changed() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    change_address(&app, &jane.token, "jane@new.example").await;
    reset(&app, &code, NEW).await.expect_refusal(400, INVALID);
    // There and back again: the link stays dead.
    let code = new_code(&app, "jane@new.example").await;
    change_address(&app, &jane.token, "jane@example.com").await;
    change_address(&app, &jane.token, "jane@new.example").await;
    reset(&app, &code, NEW).await.expect_refusal(400, INVALID);
    ask(&app, "jane@example.com").await;
    assert_eq!(count(&app, "recoveries").await, 0);
}

#[tokio::test]
async fn dies_when_only_the_spelling_of_the_address_changes() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    change_address(&app, &jane.token, "Jane@example.com").await;
    reset(&app, &code, NEW).await.expect_refusal(400, INVALID);
}

#[tokio::test]
async fn survives_a_logout_and_the_end_of_the_session() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    app.post("/logout").bearer(&jane.token).await.expect(303);
    reset(&app, &code, NEW).await.expect(204);
}

#[tokio::test]
async fn a_change_of_address_that_waits_dies_with_the_old_password() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    // Somebody with a stolen session wants the account to have his address.
    let change = json!({"email": "thief@evil.example"});
    app.put_json("/myaccount/", &change)
        .bearer(&jane.token)
        .await
        .expect(200);
    let link = app.verify_link("thief@evil.example").await;
    let code = new_code(&app, &jane.email).await;
    reset(&app, &code, NEW).await.expect(204);
    app.get(&link).await.expect(400);
    try_password(&app, "jane@example.com", NEW)
        .await
        .expect(200);
}

#[tokio::test]
async fn the_link_of_one_account_opens_no_other() {
    let app = TestApp::start().await;
    let (eve, jane) = (
        app.verified_user("eve@example.com").await,
        app.verified_user("jane@example.com").await,
    );
    let code = new_code(&app, &eve.email).await;
    let body = json!({"token": code, "password": NEW, "email": jane.email, "user_id": jane.id, "account_id": jane.id,
        "username": jane.email});
    app.post_json(
        &format!("/reset-password?email={}&user_id={}", jane.email, jane.id),
        &body,
    )
    .await
    .expect(204);
    app.log_in(&jane.email).await;
    try_password(&app, &eve.email, NEW).await.expect(200);
}
