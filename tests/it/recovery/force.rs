//! `POST /users/{user_id}/reset-password`

use gatepost::roles::Role;
use serde_json::json;

use super::noted;
use crate::accounts::NOBODY;
use crate::sessions::over;
use crate::support::{Answer, PASSWORD, Person, TestApp, WRONG_PASSWORD};

async fn force(app: &TestApp, by: &Person, id: &str) -> Answer {
    app.post(&format!("/users/{id}/reset-password"))
        .bearer(&by.token)
        .await
}

#[tokio::test]
async fn makes_the_password_useless_until_its_owner_has_chosen_another() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    force(&app, app.admin().await, &jane.id).await.expect(204);
    assert_eq!(over(&app, &jane.token).await, "password_reset_forced");
    let log_in = |password: &'static str| {
        app.post_form(
            "/login/",
            &[("username", "jane@example.com"), ("password", password)],
        )
    };
    log_in(PASSWORD)
        .await
        .expect_refusal(401, "Incorrect email or password.");
    let mails = app.mails_to(&jane.email).await;
    assert!(
        mails[0].text.contains("asks you to choose a new password"),
        "{mails:#?}"
    );
    let link = mails[0]
        .links
        .iter()
        .find(|link| link.contains("/reset-password#"));
    let code = link.unwrap().split('#').nth(1).unwrap();
    let chosen = json!({"token": code, "password": WRONG_PASSWORD});
    app.post_json("/reset-password", &chosen).await.expect(204);
    log_in(WRONG_PASSWORD).await.expect(200);
    let entries = noted(&app, "password_reset_forced").await;
    assert_eq!(entries[0].0, "done");
    assert_eq!(entries[0].2, jane.id);
}

#[tokio::test]
async fn refuses_who_may_not_and_changes_nothing_then() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    force(&app, &manager, &admin.id).await.expect(403);
    force(&app, &jane, &manager.id).await.expect(403);
    force(&app, admin, NOBODY).await.expect(404);
    app.get("/myaccount").bearer(&admin.token).await.expect(200);
    app.log_in(&admin.email).await;
}

#[tokio::test]
async fn shuts_nobody_out_to_whom_no_mail_may_go() {
    let app = crate::support::app_with(|config| config.mail.asked_per_address = 1).await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post_json("/forgot-password", &json!({"email": jane.email}))
        .await
        .expect(200);
    force(&app, admin, &jane.id).await.expect(429);
    app.log_in(&jane.email).await;
}
