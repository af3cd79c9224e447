//! `POST /users/{user_id}/professional`

use gatepost::roles::Role;

use super::{mark, notices};
use crate::accounts::NOBODY;
use crate::recovery::noted;
use crate::support::TestApp;

#[tokio::test]
async fn marks_somebody_and_tells_him_once() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let marked = mark(&app, &manager, ("POST", &jane.id)).await.expect(200);
    assert_eq!(marked.json()["is_professional"], true);
    mark(&app, &manager, ("POST", &jane.id)).await.expect(200);
    assert_eq!(notices(&app, &jane.email).await, 1);
    assert_eq!(noted(&app, "professional_granted").await.len(), 1);
}

#[tokio::test]
async fn tells_no_address_that_nobody_has_proved() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.register("jane@example.com").await;
    let id = jane["id"].as_str().unwrap();
    mark(&app, admin, ("POST", id)).await.expect(200);
    assert_eq!(notices(&app, "jane@example.com").await, 0);
}

#[tokio::test]
async fn nobody_marks_himself_or_those_whom_he_does_not_manage() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    mark(&app, admin, ("POST", &admin.id)).await.expect(403);
    mark(&app, &manager, ("POST", &admin.id)).await.expect(403);
    mark(&app, &manager, ("POST", &manager.id))
        .await
        .expect(403);
    mark(&app, &jane, ("POST", &jane.id)).await.expect(403);
    mark(&app, admin, ("POST", NOBODY)).await.expect(404);
    assert!(noted(&app, "professional_granted").await.is_empty());
}
