//! `POST /users/{user_id}/notes`

use gatepost::db::Run;
use gatepost::roles::Role;
use serde_json::json;

use super::{notes, path, write};
use crate::accounts::NOBODY;
use crate::recovery::noted;
use crate::support::TestApp;

#[tokio::test]
async fn writes_it_down_and_says_in_no_log_what() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let answer = write(&app, app.admin().await, (&jane.id, "  Two lines.\nHere. ")).await;
    assert_eq!(answer.expect(201).json()["text"], "Two lines.\nHere.");
    let entries = noted(&app, "note_added").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].2, jane.id);
    let sql = "SELECT details || COALESCE(personal, '') AS text FROM audit_entries";
    let rows = app.db.all(sql, &[]).await.unwrap();
    let texts = rows.iter().map(|row| row.get::<String>("text").unwrap());
    assert!(!texts.collect::<String>().contains("Two lines"));
}

#[tokio::test]
async fn refuses_nothing_and_too_much() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    for text in ["", "   ", &"x".repeat(2001), "a\0b"] {
        let answer = write(&app, admin, (&jane.id, text)).await;
        assert_eq!(answer.fault()["loc"], json!(["body", "text"]), "{text:?}");
    }
    app.post_json(&path(&jane.id), &json!({}))
        .bearer(&admin.token)
        .await
        .expect(422);
    assert!(notes(&app, admin, &jane.id).await.is_empty());
}

#[tokio::test]
async fn a_manager_writes_none_about_staff() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    write(&app, &manager, (&admin.id, "Hm.")).await.expect(403);
    write(&app, admin, (NOBODY, "Hm.")).await.expect(404);
    assert!(notes(&app, admin, &admin.id).await.is_empty());
}
