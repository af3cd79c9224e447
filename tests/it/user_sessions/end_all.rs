//! `DELETE /users/{user_id}/sessions`

use gatepost::roles::Role;
use serde_json::json;

use crate::accounts::NOBODY;
use crate::sessions::{browser, log_in, noted, over, own, refresh};
use crate::support::{Answer, Person, TestApp};

async fn end_all(app: &TestApp, by: &Person, id: &str) -> Answer {
    let path = format!("/users/{id}/sessions");
    app.delete(&path).bearer(&by.token).await
}

#[tokio::test]
async fn signs_the_user_out_everywhere_and_lets_him_in_again() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let page = browser(&app, &jane.email).await;
    let answer = end_all(&app, admin, &jane.id).await.expect(200);
    assert_eq!(answer.json(), json!({"ended": 3}));
    for app in [&app, &node] {
        let cookie = page.cookie("access_token").unwrap();
        for token in [&jane.token, &held.access, &cookie] {
            assert_eq!(over(app, token).await, "revoked_by_staff");
        }
        refresh(app, &held.refresh).await.expect(401);
        own(app, &admin.token).await.expect(200);
    }
    let shown = page.open("/sessions").await;
    shown.shows("Signed out: ended by an administrator.");
    let done = (
        "done".to_owned(),
        Some("revoked_by_staff".to_owned()),
        Some(jane.id.clone()),
    );
    assert_eq!(noted(&app, "sessions_ended").await, [done]);
    app.log_in(&jane.email).await;
    let again = end_all(&app, admin, &jane.id).await.expect(200);
    assert_eq!(again.json(), json!({"ended": 1}));
}

#[tokio::test]
async fn a_manager_ends_only_those_of_whom_he_manages() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let other = app.user_with_role("other@example.com", Role::Manager).await;
    let jane = app.verified_user("jane@example.com").await;
    for person in [&admin, &other, &boss] {
        let refused = end_all(&app, &boss, &person.id).await;
        refused.expect_refusal(403, "Operation not permitted");
        own(&app, &person.token).await.expect(200);
    }
    let refused = noted(&app, "sessions_ended").await;
    assert_eq!(refused.len(), 3);
    for (outcome, reason, _) in refused {
        assert_eq!(
            (outcome.as_str(), reason.as_deref()),
            ("refused", Some("role"))
        );
    }
    end_all(&app, &boss, &jane.id).await.expect(200);
    assert_eq!(over(&app, &jane.token).await, "revoked_by_staff");
}

#[tokio::test]
async fn refuses_others_and_an_unknown_user() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let refused = end_all(&app, &jane, &admin.id).await;
    refused.expect_refusal(403, "Operation not permitted");
    own(&app, &admin.token).await.expect(200);
    let unknown = end_all(&app, &admin, NOBODY).await;
    unknown.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
}
