//! `DELETE /users/{user_id}`

use gatepost::db::Run;
use gatepost::roles::Role;

use super::{NOBODY, is_signed_in, list, user};
use crate::attempts::{lock_out, try_password};
use crate::support::{Answer, PASSWORD, Person, TestApp};

async fn delete(app: &TestApp, by: &Person, id: &str) -> Answer {
    app.delete(&format!("/users/{id}")).bearer(&by.token).await
}

/// Registers somebody whose address stays unverified, and answers the id.
async fn register(app: &TestApp, email: &str) -> String {
    app.admin().await;
    app.register(email).await["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[tokio::test]
async fn deletes_the_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let answer = delete(&app, admin, &jane.id).await.expect(204);
    assert_eq!(answer.body, "");
    let gone = format!("User with ID {} not found.", jane.id);
    let path = format!("/users/{}", jane.id);
    app.get(&path)
        .bearer(&admin.token)
        .await
        .expect_refusal(404, &gone);
    delete(&app, admin, &jane.id)
        .await
        .expect_refusal(404, &gone);
    assert_eq!(list(&app, "").await["total"], 1);
}

#[tokio::test]
async fn ends_the_sessions_at_once() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    assert!(is_signed_in(&app, &jane.token).await);
    delete(&app, app.admin().await, &jane.id).await.expect(204);
    assert!(!is_signed_in(&app, &jane.token).await);
    let refusal = try_password(&app, &jane.email, PASSWORD).await;
    refusal.expect_refusal(401, "Incorrect email or password.");
}

#[tokio::test]
async fn leaves_nothing_of_the_account() {
    let app = TestApp::start().await;
    let jane = register(&app, "jane@example.com").await;
    let ann = app.verified_user("ann@example.com").await;
    for id in [&jane, &ann.id] {
        delete(&app, app.admin().await, id).await.expect(204);
    }
    for table in ["sessions", "email_verifications"] {
        let sql = format!("SELECT COUNT(*) AS number FROM {table} WHERE account_id <> $1");
        let admin: gatepost::ids::AccountId = app.admin().await.id.parse().unwrap();
        let row = app.db.one(&sql, gatepost::params![admin]).await.unwrap();
        assert_eq!(row.get::<i64>("number").unwrap(), 0, "{table}");
    }
}

#[tokio::test]
async fn makes_the_link_in_the_mail_useless() {
    let app = TestApp::start().await;
    let id = register(&app, "jane@example.com").await;
    let link = app.verify_link("jane@example.com").await;
    delete(&app, app.admin().await, &id).await.expect(204);
    app.get(&link)
        .await
        .expect_refusal(400, "Invalid or expired verification token");
}

#[tokio::test]
async fn frees_the_address_and_the_nickname() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let nickname = user(&app, &jane.id).await["nickname"].clone();
    delete(&app, app.admin().await, &jane.id).await.expect(204);
    let body = serde_json::json!({"email": "JANE@example.com", "password": PASSWORD, "nickname": nickname});
    let again = app.post_json("/register/", &body).await.expect(200).json();
    assert_ne!(again["id"], jane.id.as_str());
}

#[tokio::test]
async fn forgets_a_lock_out() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    delete(&app, app.admin().await, &jane.id).await.expect(204);
    app.verified_user("jane@example.com").await;
}

#[tokio::test]
async fn lets_an_administrator_go_when_another_stays() {
    let app = TestApp::start().await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    let admin = app.admin().await;
    delete(&app, &other, &admin.id).await.expect(204);
    assert!(!is_signed_in(&app, &admin.token).await);
    let left = app
        .get("/users/")
        .bearer(&other.token)
        .await
        .expect(200)
        .json();
    assert_eq!(left["total"], 1);
}

#[tokio::test]
async fn refuses_whoever_may_not() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let path = format!("/users/{}", jane.id);
    app.delete(&path)
        .await
        .expect_refusal(401, "Authentication required");
    app.delete(&path)
        .bearer(&jane.token)
        .await
        .expect_refusal(403, "Operation not permitted");
    let unknown = delete(&app, app.admin().await, NOBODY).await;
    unknown.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
    let fault = delete(&app, app.admin().await, "x").await.fault();
    assert_eq!(fault["type"], "uuid_parsing");
    assert!(is_signed_in(&app, &jane.token).await);
}
