//! `POST /users/{user_id}/resend-verification`

use gatepost::roles::Role;

use crate::accounts::NOBODY;
use crate::support::{Answer, Person, TestApp};

async fn remind(app: &TestApp, by: &Person, id: &str) -> Answer {
    app.post(&format!("/users/{id}/resend-verification"))
        .bearer(&by.token)
        .await
}

#[tokio::test]
async fn mails_a_new_link_and_the_old_one_stops() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let user = app.register("jane@example.com").await;
    let old = app.verify_link("jane@example.com").await;
    remind(&app, &manager, user["id"].as_str().unwrap())
        .await
        .expect(204);
    let new = app.verify_link("jane@example.com").await;
    assert_ne!(old, new);
    app.get(&old).await.expect(400);
    app.get(&new).await.expect(307);
}

#[tokio::test]
async fn refuses_what_is_verified_or_not_his_to_manage() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    remind(&app, admin, &jane.id)
        .await
        .expect_refusal(409, "The address is verified already.");
    remind(&app, &manager, &admin.id).await.expect(403);
    remind(&app, &jane, &jane.id).await.expect(403);
    remind(&app, admin, NOBODY).await.expect(404);
}

#[tokio::test]
async fn floods_no_mailbox() {
    let app = crate::support::app_with(|config| config.mail.asked_per_address = 2).await;
    let admin = app.admin().await;
    let user = app.register("jane@example.com").await;
    let id = user["id"].as_str().unwrap();
    remind(&app, admin, id).await.expect(204);
    remind(&app, admin, id).await.expect(204);
    remind(&app, admin, id).await.expect(429);
}
