//! `GET /users/{user_id}/history`: for those who manage the account.

use gatepost::roles::Role;
use serde_json::Value;

use crate::support::TestApp;

async fn history(app: &TestApp, token: &str, id: &str, query: &str) -> Value {
    let path = format!("/users/{id}/history{query}");
    app.get(&path).bearer(token).await.expect(200).json()
}

#[tokio::test]
async fn tells_what_has_happened_part_by_part() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let admin = app.admin().await.token.clone();
    let all = history(&app, &admin, &jane.id, "").await;
    let all = all["items"].as_array().unwrap();
    assert_eq!(all[0]["event"], "login");
    let registered = all
        .iter()
        .filter(|item| item["event"] == "account_registered");
    assert_eq!(registered.count(), 1);
    let first = history(&app, &admin, &jane.id, "?limit=1").await;
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = history(&app, &admin, &jane.id, &format!("?cursor={cursor}")).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), all.len() - 1);
    let other = history(&app, &admin, &app.admin().await.id, "").await;
    assert_ne!(other["items"], rest["items"]);
}

#[tokio::test]
async fn does_not_tell_a_manager_where_other_staff_were() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let admin = app.admin().await.token.clone();
    let lock = format!("/users/{}/lock", jane.id);
    app.post(&lock).bearer(&admin).await.expect(200);
    let locked = async |token: &str| {
        let found = history(&app, token, &jane.id, "").await;
        let items = found["items"].as_array().unwrap().clone();
        let mut items = items.into_iter();
        items
            .find(|item| item["event"] == "account_locked")
            .unwrap()
    };
    assert_eq!(locked(&manager.token).await["personal"], Value::Null);
    assert!(locked(&admin).await["personal"]["address"].is_string());
    let own = history(&app, &manager.token, &jane.id, "").await;
    let items = own["items"].as_array().unwrap();
    let login = items.iter().find(|item| item["event"] == "login").unwrap();
    assert!(login["personal"]["address"].is_string());
}

#[tokio::test]
async fn refuses_whoever_does_not_manage_the_account() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let path = |id: &str| format!("/users/{id}/history");
    app.get(&path(&jane.id)).await.expect(401);
    app.get(&path(&jane.id))
        .bearer(&jane.token)
        .await
        .expect(403);
    let staff = app.get(&path(&manager.id)).bearer(&manager.token).await;
    staff.expect(403);
    let admin = app.admin().await.token.clone();
    let unknown = path("01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c");
    app.get(&unknown).bearer(&admin).await.expect(404);
    let odd = format!("{}?cursor=nonsense", path(&jane.id));
    app.get(&odd).bearer(&admin).await.expect(422);
}
