//! An account that a stranger has made with somebody's address: its owner gets it empty.

use serde_json::{Value, json};

use super::{NEW, ask, mails, new_code, noted, reset};
use crate::attempts::try_password;
use crate::support::{PASSWORD, TestApp};

/// A stranger registers the address of somebody else, with everything that one can type.
async fn squat(app: &TestApp, email: &str) -> Value {
    app.admin().await;
    let body = json!({"email": email, "password": PASSWORD, "nickname": "squatter", "first_name": "Sue", "last_name": "Squatter",
        "bio": "Buy at evil.example", "profile_picture_url": "https://evil.example/p.png",
        "linkedin_profile_url": "https://evil.example/l", "github_profile_url": "https://evil.example/g",
        "role": "ADMIN"});
    app.post_json("/register/", &body).await.expect(200).json()
}

async fn shown(app: &TestApp, id: &Value) -> Value {
    let path = format!("/users/{}", id.as_str().unwrap());
    let admin = app.log_in("admin@example.com").await;
    app.get(&path).bearer(&admin).await.expect(200).json()
}

#[tokio::test]
async fn the_owner_gets_it_and_nothing_of_the_stranger() {
    let app = TestApp::start().await;
    let user = squat(&app, "jane@example.com").await;
    let link_of_stranger = app.verify_link("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    reset(&app, &code, NEW).await.expect(204);

    let now = shown(&app, &user["id"]).await;
    assert_eq!(
        (&now["email_verified"], &now["role"]),
        (&json!(true), &json!("AUTHENTICATED"))
    );
    for field in [
        "first_name",
        "last_name",
        "bio",
        "profile_picture_url",
        "linkedin_profile_url",
        "github_profile_url",
    ] {
        assert_eq!(now[field], json!(null), "{field}");
    }
    assert_ne!(now["nickname"], "squatter");
    assert_eq!(now["email"], "jane@example.com");
    try_password(&app, "jane@example.com", PASSWORD)
        .await
        .expect(401);
    try_password(&app, "jane@example.com", NEW)
        .await
        .expect(200);
    app.get(&link_of_stranger).await.expect(400);
    let admin = app.log_in("admin@example.com").await;
    let found = app
        .get("/users/?q=squatter")
        .bearer(&admin)
        .await
        .expect(200)
        .json();
    assert_eq!(
        found["total"], 0,
        "nothing is found by what the stranger typed"
    );
}

#[tokio::test]
async fn the_mail_says_so_and_greets_nobody() {
    let app = TestApp::start().await;
    squat(&app, "jane@example.com").await;
    ask(&app, "jane@example.com").await;
    let mail = mails(&app, "jane@example.com").await.remove(0);
    for text in [&mail.text, &mail.html] {
        assert!(!text.contains("Sue") && !text.contains("evil"), "{text}");
        assert!(text.contains("Nobody has confirmed yet"), "{text}");
    }
    assert!(mail.text.starts_with("Hello,"), "{}", mail.text);
    let code = super::code_in(&mail);
    reset(&app, &code, NEW).await.expect(204);
    let notice = app.mails_to("jane@example.com").await.remove(0);
    assert!(notice.text.starts_with("Hello,"), "{}", notice.text);
}

#[tokio::test]
async fn is_written_down() {
    let app = TestApp::start().await;
    let user = squat(&app, "jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    reset(&app, &code, NEW).await.expect(204);
    let noted = noted(&app, "email_verified").await;
    let last = noted.last().unwrap();
    assert_eq!(
        (last.0.as_str(), last.1.as_deref()),
        ("done", Some("recovery"))
    );
    assert_eq!(user["id"], json!(last.2));
}

#[tokio::test]
async fn keeps_a_role_that_staff_has_given() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = json!({"email": "boss@example.com", "password": PASSWORD, "role": "MANAGER"});
    let made = app
        .post_json("/users/", &body)
        .bearer(&admin.token)
        .await
        .expect(201)
        .json();
    let code = new_code(&app, "boss@example.com").await;
    reset(&app, &code, NEW).await.expect(204);
    assert_eq!(shown(&app, &made["id"]).await["role"], "MANAGER");
}

#[tokio::test]
async fn stays_locked_if_an_administrator_has_locked_it() {
    let app = TestApp::start().await;
    let user = squat(&app, "jane@example.com").await;
    let path = format!("/users/{}/lock", user["id"].as_str().unwrap());
    app.post(&path)
        .bearer(&app.admin().await.token)
        .await
        .expect(200);
    let code = new_code(&app, "jane@example.com").await;
    reset(&app, &code, NEW).await.expect(204);
    try_password(&app, "jane@example.com", NEW)
        .await
        .expect(403);
    assert_eq!(shown(&app, &user["id"]).await["is_locked"], true);
}

#[tokio::test]
async fn a_verified_account_keeps_its_profile() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let change = json!({"first_name": "Jane", "nickname": "jane_roe"});
    app.put_json("/myaccount/", &change)
        .bearer(&jane.token)
        .await
        .expect(200);
    let code = new_code(&app, &jane.email).await;
    reset(&app, &code, NEW).await.expect(204);
    let now = shown(&app, &json!(jane.id)).await;
    assert_eq!(
        (&now["first_name"], &now["nickname"]),
        (&json!("Jane"), &json!("jane_roe"))
    );
}
