//! One administrator stays, whatever is tried and by whichever way.

use gatepost::roles::Role;
use serde_json::json;

use super::{change, create, is_signed_in, user};
use crate::support::{Answer, Person, TestApp};

const KEPT: &str = "The last administrator cannot be removed.";

async fn demote(app: &TestApp, by: &Person, id: &str) -> Answer {
    change(app, by, id, &json!({"role": "AUTHENTICATED"})).await
}

async fn lock(app: &TestApp, by: &Person, id: &str) -> Answer {
    app.post(&format!("/users/{id}/lock"))
        .bearer(&by.token)
        .await
}

async fn delete(app: &TestApp, by: &Person, id: &str) -> Answer {
    app.delete(&format!("/users/{id}")).bearer(&by.token).await
}

#[tokio::test]
async fn is_neither_demoted_nor_deleted_nor_locked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for role in ["ANONYMOUS", "AUTHENTICATED", "MANAGER"] {
        let refusal = change(&app, admin, &admin.id, &json!({"role": role})).await;
        assert_eq!(
            refusal.expect_refusal(409, KEPT).json()["code"],
            "last_administrator"
        );
    }
    delete(&app, admin, &admin.id)
        .await
        .expect_refusal(409, KEPT);
    lock(&app, admin, &admin.id).await.expect_refusal(409, KEPT);
    let shown = user(&app, &admin.id).await;
    assert_eq!(
        (&shown["role"], &shown["is_locked"]),
        (&json!("ADMIN"), &json!(false))
    );
    assert!(is_signed_in(&app, &admin.token).await);
}

#[tokio::test]
async fn keeps_its_other_fields_as_well_when_the_demotion_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let before = user(&app, &admin.id).await;
    let body = json!({"role": "MANAGER", "bio": "Gone.", "nickname": "gone"});
    change(&app, admin, &admin.id, &body)
        .await
        .expect_refusal(409, KEPT);
    assert_eq!(user(&app, &admin.id).await, before);
}

#[tokio::test]
async fn changes_everything_else_of_himself() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = json!({"role": "ADMIN", "bio": "Still here."});
    let changed = change(&app, admin, &admin.id, &body)
        .await
        .expect(200)
        .json();
    assert_eq!(changed["bio"], "Still here.");
    assert_eq!(changed["role"], "ADMIN");
}

#[tokio::test]
async fn is_not_replaced_by_somebody_who_is_locked() {
    let app = TestApp::start().await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    let admin = app.admin().await;
    lock(&app, admin, &other.id).await.expect(200);
    delete(&app, admin, &admin.id)
        .await
        .expect_refusal(409, KEPT);
    lock(&app, admin, &admin.id).await.expect_refusal(409, KEPT);
    demote(&app, admin, &admin.id)
        .await
        .expect_refusal(409, KEPT);
}

#[tokio::test]
async fn is_not_replaced_by_somebody_whose_role_waits() {
    let app = TestApp::start().await;
    create(&app, "other@example.com", "ADMIN").await;
    let admin = app.admin().await;
    delete(&app, admin, &admin.id)
        .await
        .expect_refusal(409, KEPT);
    app.get(&app.verify_link("other@example.com").await)
        .await
        .expect(307);
    delete(&app, admin, &admin.id).await.expect(204);
}

#[tokio::test]
async fn is_whoever_is_left() {
    let app = TestApp::start().await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    let admin = app.admin().await;
    demote(&app, &other, &admin.id).await.expect(200);
    demote(&app, &other, &other.id)
        .await
        .expect_refusal(409, KEPT);
    delete(&app, &other, &other.id)
        .await
        .expect_refusal(409, KEPT);
    lock(&app, &other, &other.id)
        .await
        .expect_refusal(409, KEPT);
}

#[tokio::test]
async fn a_locked_administrator_can_be_removed() {
    let app = TestApp::start().await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    let admin = app.admin().await;
    lock(&app, admin, &other.id).await.expect(200);
    lock(&app, admin, &other.id).await.expect(200);
    demote(&app, admin, &other.id).await.expect(200);
    delete(&app, admin, &other.id).await.expect(204);
}
