//! A new address takes effect when its own link is followed.

use std::time::Duration;

use serde_json::{Value, json};

use super::{change, is_signed_in, user};
use crate::attempts::try_password;
use crate::support::{PASSWORD, Person, TestApp};

const NEW: &str = "new@example.com";
const USELESS: &str = "Invalid or expired verification token";

/// Asks for another address.
async fn move_to(app: &TestApp, person: &Person, email: &str) -> Value {
    let body = json!({"email": email});
    change(app, app.admin().await, &person.id, &body)
        .await
        .expect(200)
        .json()
}

#[tokio::test]
async fn keeps_the_old_one_until_the_link_is_followed() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let changed = move_to(&app, &jane, NEW).await;
    assert_eq!(changed["email"], "jane@example.com");
    assert_eq!(changed["email_verified"], true);
    app.log_in("jane@example.com").await;
    try_password(&app, NEW, PASSWORD)
        .await
        .expect_refusal(401, "Incorrect email or password.");

    app.get(&app.verify_link(NEW).await).await.expect(307);
    let shown = user(&app, &jane.id).await;
    assert_eq!(
        (&shown["email"], &shown["email_verified"]),
        (&json!(NEW), &json!(true))
    );
    app.log_in(NEW).await;
    let old = try_password(&app, "jane@example.com", PASSWORD).await;
    old.expect_refusal(401, "Incorrect email or password.");
    assert!(
        is_signed_in(&app, &jane.token).await,
        "it is still the same person"
    );
}

#[tokio::test]
async fn its_link_is_mailed_to_the_new_one_and_not_to_the_old_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    move_to(&app, &jane, NEW).await;
    let mails = app.mails_to(NEW).await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].links.iter().any(|link| link.contains(&jane.id)),
        "{mails:#?}"
    );
    let to_old = &app.mails_to(&jane.email).await[0];
    assert!(
        to_old
            .links
            .iter()
            .all(|link| !link.contains("/verify-email/")),
        "{to_old:#?}"
    );
}

#[tokio::test]
async fn frees_the_old_one_when_it_cannot_be_had_again() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    move_to(&app, &jane, NEW).await;
    let body = json!({"email": "jane@example.com", "password": PASSWORD});
    let early = app.post_json("/register/", &body).await;
    early.expect_refusal(400, "User with given email already exists.");
    app.get(&app.verify_link(NEW).await).await.expect(307);
    let early = app.post_json("/register/", &body).await;
    early.expect_refusal(400, "User with given email already exists.");
    app.clock.advance(app.config.accounts.email_undo.get());
    app.post_json("/register/", &body).await.expect(200);
}

#[tokio::test]
async fn works_once_and_not_for_ever() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    move_to(&app, &jane, NEW).await;
    let link = app.verify_link(NEW).await;
    app.get(&link).await.expect(307);
    app.get(&link).await.expect_refusal(400, USELESS);

    move_to(&app, &jane, "later@example.com").await;
    let link = app.verify_link("later@example.com").await;
    app.clock
        .advance(app.config.registration.verification_lifetime.get() + Duration::from_millis(1));
    app.get(&link).await.expect_refusal(400, USELESS);
    app.log_in(NEW).await;
}

#[tokio::test]
async fn only_the_last_one_asked_for_counts() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    move_to(&app, &jane, "first@example.com").await;
    move_to(&app, &jane, "second@example.com").await;
    let first = app.verify_link("first@example.com").await;
    app.get(&first).await.expect_refusal(400, USELESS);
    app.get(&app.verify_link("second@example.com").await)
        .await
        .expect(307);
    assert_eq!(user(&app, &jane.id).await["email"], "second@example.com");
}

#[tokio::test]
async fn a_taken_one_is_refused_and_nothing_changes() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.verified_user("ann@example.com").await;
    app.clock.advance(Duration::from_secs(1));
    let before = user(&app, &jane.id).await;
    for taken in ["ann@example.com", " ANN@Example.com"] {
        let body = json!({"bio": "Changed.", "nickname": "changed", "email": taken});
        let answer = change(&app, app.admin().await, &jane.id, &body).await;
        answer.expect_refusal(400, "User with given email already exists.");
    }
    assert_eq!(user(&app, &jane.id).await, before);
    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn one_that_was_taken_in_the_meantime_is_not_taken_away() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    move_to(&app, &jane, NEW).await;
    let link = app.verify_link(NEW).await;
    let ann = app.verified_user(NEW).await;
    app.get(&link).await.expect_refusal(400, USELESS);
    assert_eq!(user(&app, &jane.id).await["email"], "jane@example.com");
    assert_eq!(user(&app, &ann.id).await["email"], NEW);
}

#[tokio::test]
async fn ones_own_in_another_spelling_is_a_change() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let changed = move_to(&app, &jane, "Jane@EXAMPLE.com").await;
    assert_eq!(changed["email"], "jane@example.com");
    app.get(&app.verify_link("Jane@example.com").await)
        .await
        .expect(307);
    assert_eq!(user(&app, &jane.id).await["email"], "Jane@example.com");
    app.log_in("jane@example.com").await;
}

#[tokio::test]
async fn corrects_one_that_was_never_verified() {
    let app = TestApp::start().await;
    app.admin().await;
    let id = app.register("typo@example.com").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let typo = app.verify_link("typo@example.com").await;
    let body = json!({"email": NEW});
    change(&app, app.admin().await, &id, &body)
        .await
        .expect(200);
    app.get(&typo).await.expect_refusal(400, USELESS);
    app.get(&app.verify_link(NEW).await).await.expect(307);
    let shown = user(&app, &id).await;
    assert_eq!(
        (&shown["email"], &shown["role"]),
        (&json!(NEW), &json!("AUTHENTICATED"))
    );
}
