//! An account that somebody has made with the invited address before: whoever accepts gets it empty.

use serde_json::{Value, json};

use super::{JANE, accept, acceptance, code, invited, shown};
use crate::support::people::with;
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

/// A stranger registers the address of somebody else, with everything that one can type.
async fn squat(app: &TestApp) -> Value {
    app.admin().await;
    let body = json!({"email": "JANE@example.com", "password": WRONG_PASSWORD, "nickname": "squatter", "first_name": "Sue",
        "last_name": "Squatter", "bio": "Buy at evil.example", "profile_picture_url": "https://evil.example/p.png",
        "linkedin_profile_url": "https://evil.example/l", "github_profile_url": "https://evil.example/g", "role": "ADMIN"});
    app.post_json("/register/", &body).await.expect(200).json()
}

#[tokio::test]
async fn nothing_of_the_stranger_is_left() {
    let app = TestApp::start().await;
    let before = squat(&app).await;
    let link_of_stranger = app.verify_link("JANE@example.com").await;
    let code = invited(&app, JANE).await;
    let user = accept(&app, &code).await.expect(200).json();
    assert_eq!(user["id"], before["id"], "the account stays the same one");
    assert_eq!(user["email"], JANE, "in the spelling that was mailed to");
    assert_eq!(user["role"], "AUTHENTICATED");
    assert_eq!(user["email_verified"], true);
    for key in [
        "first_name",
        "last_name",
        "bio",
        "profile_picture_url",
        "linkedin_profile_url",
        "github_profile_url",
    ] {
        assert_eq!(user[key], Value::Null, "{key}");
    }
    assert_ne!(user["nickname"], "squatter");

    app.get(&link_of_stranger).await.expect(400);
    let login = [("username", JANE), ("password", WRONG_PASSWORD)];
    app.post_form("/login/", &login).await.expect(401);
    app.log_in(JANE).await;
    // Nobody finds the account by what the stranger has called himself.
    let admin = app.admin().await.token.clone();
    for q in ["Squatter", "Sue"] {
        let path = format!("/users/?q={q}");
        let found = app.get(&path).bearer(&admin).await.expect(200).json();
        assert_eq!(found["total"], 0, "{q}");
    }
}

#[tokio::test]
async fn a_link_for_a_new_password_that_waits_dies() {
    let app = TestApp::start().await;
    squat(&app).await;
    let reset = crate::recovery::new_code(&app, "JANE@example.com").await;
    let code = invited(&app, JANE).await;
    accept(&app, &code).await.expect(200);
    crate::recovery::reset(&app, &reset, crate::recovery::NEW)
        .await
        .expect(400);
    app.log_in(JANE).await;
}

#[tokio::test]
async fn ones_own_nickname_may_be_kept() {
    let app = TestApp::start().await;
    squat(&app).await;
    let code = invited(&app, JANE).await;
    let body = with(&acceptance(&code), "nickname", "SQUATTER");
    let user = app.post_json("/invitations/accept", &body).await;
    assert_eq!(user.expect(200).json()["nickname"], "SQUATTER");
}

#[tokio::test]
async fn a_lock_by_an_administrator_stays() {
    let app = TestApp::start().await;
    let before = squat(&app).await;
    let admin = app.admin().await.token.clone();
    let path = format!("/users/{}/lock", before["id"].as_str().unwrap());
    app.post(&path).bearer(&admin).await.expect(200);
    let code = invited(&app, JANE).await;
    assert_eq!(
        accept(&app, &code).await.expect(200).json()["is_locked"],
        true
    );
    let login = [("username", JANE), ("password", PASSWORD)];
    app.post_form("/login/", &login).await.expect(403);
    assert_eq!(shown(&app, &before["id"]).await["is_locked"], true);
}

#[tokio::test]
async fn too_many_wrong_passwords_for_the_strangers_do_not_keep_the_owner_out() {
    let app = TestApp::start().await;
    squat(&app).await;
    for _ in 0..app.config.login.max_attempts {
        let answer = crate::attempts::try_password(&app, JANE, "Neither+9012").await;
        answer.expect_refusal(401, "Incorrect email or password.");
    }
    let code = invited(&app, JANE).await;
    accept(&app, &code).await.expect(200);
    app.log_in(JANE).await;
}

#[tokio::test]
async fn whoever_registers_between_invitation_and_acceptance_gains_nothing() {
    let app = TestApp::start().await;
    super::invite(&app, JANE).await;
    let code = code(&app, JANE).await;
    let before = squat(&app).await;
    let link_of_stranger = app.verify_link("JANE@example.com").await;
    let user = accept(&app, &code).await.expect(200).json();
    assert_eq!(user["id"], before["id"]);
    app.get(&link_of_stranger).await.expect(400);
}
