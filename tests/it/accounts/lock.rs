//! `POST /users/{user_id}/lock`

use std::time::Duration;

use gatepost::roles::Role;

use super::{KEYS, NOBODY, is_signed_in, links, user};
use crate::attempts::{LOCKED, lock_out, try_password};
use crate::support::people::keys;
use crate::support::{Answer, PASSWORD, Person, TestApp, WRONG_PASSWORD, patient};

async fn lock(app: &TestApp, by: &Person, id: &str) -> Answer {
    app.post(&format!("/users/{id}/lock"))
        .bearer(&by.token)
        .await
}

#[tokio::test]
async fn answers_the_locked_account() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let locked = lock(&app, app.admin().await, &jane.id)
        .await
        .expect(200)
        .json();
    assert_eq!(keys(&locked), KEYS);
    assert_eq!(locked["is_locked"], true);
    assert!(links(&locked).contains(&("unlock", "POST")));
    assert!(!links(&locked).contains(&("lock", "POST")));
    assert_eq!(user(&app, &jane.id).await["is_locked"], true);
}

#[tokio::test]
async fn ends_every_session_at_once() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let other = app.log_in(&jane.email).await;
    lock(&app, app.admin().await, &jane.id).await.expect(200);
    assert!(!is_signed_in(&app, &jane.token).await);
    assert!(!is_signed_in(&app, &other).await);
}

#[tokio::test]
async fn keeps_the_sessions_ended_when_it_is_lifted() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    lock(&app, admin, &jane.id).await.expect(200);
    app.post(&format!("/users/{}/unlock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    assert!(!is_signed_in(&app, &jane.token).await);
}

#[tokio::test]
async fn shuts_out_the_right_password() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock(&app, app.admin().await, &jane.id).await.expect(200);
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
    // Only the owner is told that there is a lock.
    let wrong = try_password(&app, &jane.email, WRONG_PASSWORD).await;
    wrong.expect_refusal(401, "Incorrect email or password.");
}

#[tokio::test]
async fn stays_until_it_is_lifted() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock(&app, app.admin().await, &jane.id).await.expect(200);
    app.clock.advance(Duration::from_hours(400 * 24));
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
}

#[tokio::test]
async fn is_not_ended_by_the_end_of_a_lock_out() {
    let app = TestApp::with(patient).await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    lock(&app, app.admin().await, &jane.id).await.expect(200);
    app.clock.advance(Duration::from_hours(1));
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
    assert_eq!(user(&app, &jane.id).await["is_locked"], true);
}

#[tokio::test]
async fn is_not_lifted_by_a_verification() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = app.register("jane@example.com").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    lock(&app, admin, &id).await.expect(200);
    app.get(&app.verify_link("jane@example.com").await)
        .await
        .expect(307);
    try_password(&app, "jane@example.com", PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
    assert_eq!(user(&app, &id).await["is_locked"], true);
}

#[tokio::test]
async fn locking_twice_is_no_error() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = lock(&app, app.admin().await, &jane.id)
        .await
        .expect(200)
        .json();
    app.clock.advance(Duration::from_mins(1));
    let second = lock(&app, app.admin().await, &jane.id)
        .await
        .expect(200)
        .json();
    assert_eq!(first, second);
}

#[tokio::test]
async fn locks_an_administrator_when_another_stays() {
    let app = TestApp::start().await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    let admin = app.admin().await;
    lock(&app, &other, &admin.id).await.expect(200);
    assert!(!is_signed_in(&app, &admin.token).await);
    let answer = app.get("/users/").bearer(&admin.token).await;
    answer.expect_refusal(401, "Authentication required");
}

#[tokio::test]
async fn refuses_whoever_may_not() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let path = format!("/users/{}/lock", app.admin().await.id);
    app.post(&path)
        .await
        .expect_refusal(401, "Authentication required");
    app.post(&path)
        .bearer(&jane.token)
        .await
        .expect_refusal(403, "Operation not permitted");
    assert!(is_signed_in(&app, &app.admin().await.token).await);
    let unknown = lock(&app, app.admin().await, NOBODY).await;
    unknown.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
    assert_eq!(
        lock(&app, app.admin().await, "x").await.fault()["type"],
        "uuid_parsing"
    );
}
