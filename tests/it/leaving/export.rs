//! `GET /myaccount/export`

use gatepost::roles::Role;
use serde_json::{Value, json};

use crate::recovery::{new_code, noted};
use crate::support::{PASSWORD, TestApp};
use crate::verification::{move_to, undo_code};

async fn export(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/myaccount/export").bearer(token).await.expect(200);
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"my-account.json\""
    );
    answer.json()
}

#[tokio::test]
async fn has_everything_that_is_kept_about_a_person() {
    let app = TestApp::start().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let profile = json!({"first_name": "Jane", "bio": "Sea captain."});
    app.put_json("/myaccount", &profile)
        .bearer(&boss.token)
        .await
        .expect(200);
    let guest = json!({"email": "guest@example.com", "role": "AUTHENTICATED"});
    app.post_json("/invitations", &guest)
        .bearer(&boss.token)
        .await
        .expect(201);
    move_to(&app, &boss, "new@example.com").await;
    app.put_json("/myaccount", &json!({"email": "third@example.com"}))
        .bearer(&boss.token)
        .await
        .expect(200);

    let data = export(&app, &boss.token).await;
    assert_eq!(data["account"]["email"], "new@example.com");
    assert_eq!(data["account"]["bio"], "Sea captain.");
    assert_eq!(data["pending_email"], "third@example.com");
    assert_eq!(data["former_emails"][0]["email"], "boss@example.com");
    assert_eq!(data["invitations"][0]["email"], "guest@example.com");
    assert!(!data["sessions"].as_array().unwrap().is_empty());
    assert_eq!(data["known_devices"].as_array().unwrap().len(), 1);
    let events: Vec<&str> = data["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["event"].as_str().unwrap())
        .collect();
    for event in [
        "data_exported",
        "login",
        "email_changed",
        "invitation_created",
    ] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
    assert_eq!(noted(&app, "data_exported").await[0].2, boss.id);
}

#[tokio::test]
async fn has_nothing_of_others_and_no_secret() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    let jane = app.verified_user("jane@example.com").await;
    move_to(&app, &jane, "new@example.com").await;
    let secrets = [
        jane.token.clone(),
        undo_code(&app, "jane@example.com").await,
        new_code(&app, "new@example.com").await,
        PASSWORD.to_owned(),
        "argon2".to_owned(),
    ];
    let text = export(&app, &jane.token).await.to_string();
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()), "{secret}");
    }
    for of_others in ["ann@example.com", "admin@example.com", &ann.id] {
        assert!(!text.contains(of_others), "{of_others}");
    }
}

#[tokio::test]
async fn leaves_nothing_out_of_long_lists() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut token = jane.token;
    for _ in 0..130 {
        token = app.log_in("jane@example.com").await;
    }
    let data = export(&app, &token).await;
    assert!(data["sessions"].as_array().unwrap().len() > 100);
    let logins = data["history"].as_array().unwrap().iter();
    let logins = logins.filter(|item| item["event"] == "login");
    assert_eq!(logins.count(), 131);
}

#[tokio::test]
async fn is_for_those_who_are_signed_in() {
    let app = TestApp::start().await;
    let answer = app.get("/myaccount/export").await;
    answer.expect_refusal(401, "Authentication required");
}

#[tokio::test]
async fn is_not_for_every_minute() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for _ in 0..20 {
        export(&app, token).await;
    }
    app.get("/myaccount/export").bearer(token).await.expect(429);
}
