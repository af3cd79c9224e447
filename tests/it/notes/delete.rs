//! `DELETE /users/{user_id}/notes/{note_id}`

use gatepost::roles::Role;

use super::{notes, path, write};
use crate::accounts::NOBODY;
use crate::support::TestApp;

#[tokio::test]
async fn deletes_one_and_only_of_its_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let note = write(&app, admin, (&jane.id, "Wrong."))
        .await
        .expect(201)
        .json();
    let note = note["id"].as_str().unwrap();
    let delete =
        |of: &str, note: &str, by: &str| app.delete(&format!("{}/{note}", path(of))).bearer(by);
    delete(&john.id, note, &admin.token)
        .await
        .expect_refusal(404, "Note not found.");
    delete(&jane.id, NOBODY, &admin.token).await.expect(404);
    delete(&jane.id, note, &jane.token).await.expect(403);
    assert_eq!(notes(&app, admin, &jane.id).await.len(), 1);
    delete(&jane.id, note, &manager.token).await.expect(204);
    delete(&jane.id, note, &manager.token).await.expect(404);
    assert!(notes(&app, admin, &jane.id).await.is_empty());
}

#[tokio::test]
async fn a_manager_deletes_none_about_staff() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let note = write(&app, admin, (&manager.id, "New here."))
        .await
        .expect(201)
        .json();
    let target = format!("{}/{}", path(&manager.id), note["id"].as_str().unwrap());
    app.delete(&target).bearer(&manager.token).await.expect(403);
}
