//! `DELETE /users/{user_id}/professional`

use gatepost::roles::Role;

use super::{mark, notices};
use crate::accounts::NOBODY;
use crate::support::TestApp;

#[tokio::test]
async fn takes_the_mark_away_and_tells_of_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    mark(&app, admin, ("POST", &jane.id)).await.expect(200);
    let user = mark(&app, admin, ("DELETE", &jane.id)).await.expect(200);
    assert_eq!(user.json()["is_professional"], false);
    mark(&app, admin, ("DELETE", &jane.id)).await.expect(200);
    assert_eq!(notices(&app, &jane.email).await, 2);
}

#[tokio::test]
async fn refuses_who_may_not_and_knows_no_unknown_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    mark(&app, admin, ("POST", &manager.id)).await.expect(200);
    mark(&app, &manager, ("DELETE", &manager.id))
        .await
        .expect(403);
    mark(&app, admin, ("DELETE", NOBODY)).await.expect(404);
}
