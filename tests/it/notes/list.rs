//! `GET /users/{user_id}/notes`

use std::time::Duration;

use gatepost::roles::Role;

use super::{notes, path, write};
use crate::accounts::NOBODY;
use crate::support::TestApp;

#[tokio::test]
async fn shows_the_newest_first_and_who_wrote_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    assert!(notes(&app, admin, &jane.id).await.is_empty());
    write(&app, admin, (&jane.id, "First.")).await.expect(201);
    app.clock.advance(Duration::from_secs(1));
    write(&app, &manager, (&jane.id, "Second."))
        .await
        .expect(201);
    let notes = notes(&app, &manager, &jane.id).await;
    assert_eq!(notes.len(), 2);
    assert_eq!(notes[0]["text"], "Second.");
    assert_eq!(notes[0]["author_id"], manager.id);
    assert_eq!(notes[1]["author_id"], admin.id);
    assert!(notes[1]["author"].is_string());
}

#[tokio::test]
async fn keeps_them_when_their_author_goes_and_loses_them_with_the_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    write(&app, &manager, (&jane.id, "Knows it."))
        .await
        .expect(201);
    let delete = |id: String| app.delete(&format!("/users/{id}")).bearer(&admin.token);
    delete(manager.id.clone()).await.expect(204);
    let left = notes(&app, admin, &jane.id).await;
    assert_eq!(left[0]["author"], serde_json::Value::Null);
    delete(jane.id.clone()).await.expect(204);
    let rows = app.dump().await;
    assert!(rows["account_notes"].is_empty());
}

#[tokio::test]
async fn knows_no_unknown_account_and_serves_no_user() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.get(&path(NOBODY))
        .bearer(&admin.token)
        .await
        .expect(404);
    app.get(&path(&jane.id))
        .bearer(&jane.token)
        .await
        .expect(403);
}

#[tokio::test]
async fn a_person_gets_them_with_the_export_of_his_data() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    write(&app, app.admin().await, (&jane.id, "Is kind."))
        .await
        .expect(201);
    let data = app.get("/myaccount/export").bearer(&jane.token).await;
    assert_eq!(data.expect(200).json()["notes"][0]["text"], "Is kind.");
}
