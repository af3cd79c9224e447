//! `POST /invitations/{invitation_id}/resend`

use gatepost::roles::Role;
use serde_json::json;

use super::{JANE, accept, assert_useless, code, invite, invite_as};
use crate::support::TestApp;
use crate::support::client::Request;

fn resend<'a>(app: &'a TestApp, token: &str, id: &serde_json::Value) -> Request<'a> {
    let path = format!("/invitations/{}/resend", id.as_str().unwrap());
    app.post(&path).bearer(token)
}

#[tokio::test]
async fn mails_a_new_link_and_the_old_one_dies() {
    let app = TestApp::start().await;
    let invitation = invite(&app, JANE).await;
    let old = code(&app, JANE).await;
    app.clock.advance(std::time::Duration::from_hours(12));
    let admin = app.log_in("admin@example.com").await;
    let again = resend(&app, &admin, &invitation["id"]).await.expect(200);
    let again = again.json();
    assert_eq!(again["id"], invitation["id"]);
    assert_eq!(again["created_at"], invitation["created_at"]);
    let until = app.clock.now();
    let until = until.plus(app.config.registration.invitation_lifetime.get());
    assert_eq!(again["expires_at"], json!(until));
    let new = code(&app, JANE).await;
    assert_ne!(old, new);
    assert_useless(accept(&app, &old).await);
    accept(&app, &new).await.expect(200);
}

#[tokio::test]
async fn wakes_one_that_has_expired_and_none_that_is_over() {
    let app = TestApp::start().await;
    let invitation = invite(&app, JANE).await;
    app.clock
        .advance(app.config.registration.invitation_lifetime.get());
    let admin = app.log_in("admin@example.com").await;
    let again = resend(&app, &admin, &invitation["id"]).await.expect(200);
    assert_eq!(again.json()["state"], "open");
    let newer = invite_as(&app, &admin, JANE, "AUTHENTICATED").await;
    let newer = newer.expect(201).json();
    let over = resend(&app, &admin, &invitation["id"]).await.expect(409);
    assert_eq!(over.json()["code"], "invitation_over");
    let code = code(&app, JANE).await;
    accept(&app, &code).await.expect(200);
    resend(&app, &admin, &newer["id"]).await.expect(409);
}

#[tokio::test]
async fn refuses_when_the_address_was_proved_in_the_meantime() {
    let app = TestApp::start().await;
    let invitation = invite(&app, JANE).await;
    app.verified_user(JANE).await;
    let admin = app.admin().await.token.clone();
    resend(&app, &admin, &invitation["id"])
        .await
        .expect_refusal(400, "User with given email already exists.");
}

#[tokio::test]
async fn becomes_the_invitation_of_whoever_sends_it_again() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    let admin = app.admin().await.clone();
    let request = invite_as(&app, &manager.token, JANE, "AUTHENTICATED").await;
    let invitation = request.expect(201).json();
    app.delete(&format!("/users/{}", manager.id))
        .bearer(&admin.token)
        .await
        .expect(204);
    let dead = code(&app, JANE).await;
    assert_useless(accept(&app, &dead).await);
    let again = resend(&app, &admin.token, &invitation["id"]).await;
    assert_eq!(again.expect(200).json()["invited_by"], json!(admin.id));
    let code = code(&app, JANE).await;
    accept(&app, &code).await.expect(200);
}
