//! `GET /users/{user_id}/sessions`

use gatepost::roles::Role;
use serde_json::Value;

use crate::accounts::NOBODY;
use crate::sessions::{find, items, sid};
use crate::support::TestApp;

#[tokio::test]
async fn shows_what_the_user_sees() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.log_in(&jane.email).await;
    let path = format!("/users/{}/sessions", jane.id);
    let get = |query: &str| app.get(&format!("{path}{query}")).bearer(&admin.token);
    let own = app.get("/myaccount/sessions").bearer(&jane.token).await;
    let mut own = items(&own.expect(200));
    for session in &mut own {
        session["is_current"] = Value::Bool(false);
    }
    assert_eq!(items(&get("").await.expect(200)), own);
    let part = get("?limit=1&skip=1").await.expect(200);
    assert_eq!(part.json()["total"], 2);
    assert_eq!(items(&part), own[1..]);
    get("?limit=0").await.expect(422);
}

#[tokio::test]
async fn marks_ones_own() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = format!("/users/{}/sessions", admin.id);
    let shown = app.get(&path).bearer(&admin.token).await.expect(200);
    assert_eq!(find(&items(&shown), &sid(&admin.token))["is_current"], true);
}

#[tokio::test]
async fn a_manager_sees_those_of_everybody_and_others_of_nobody() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let jane = app.verified_user("jane@example.com").await;
    for id in [&admin.id, &boss.id, &jane.id] {
        let path = format!("/users/{id}/sessions");
        app.get(&path).bearer(&boss.token).await.expect(200);
        let refused = app.get(&path).bearer(&jane.token).await;
        refused.expect_refusal(403, "Operation not permitted");
    }
}

#[tokio::test]
async fn refuses_an_unknown_user() {
    let app = TestApp::start().await;
    let path = format!("/users/{NOBODY}/sessions");
    let answer = app.get(&path).bearer(&app.admin().await.token).await;
    answer.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
}
