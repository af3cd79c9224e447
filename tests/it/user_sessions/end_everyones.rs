//! `DELETE /sessions`

use gatepost::roles::Role;
use serde_json::json;

use crate::sessions::{log_in, noted, over, own, refresh};
use crate::support::TestApp;

#[tokio::test]
async fn signs_everybody_out_but_the_administrator_who_asks() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let admin = app.admin().await.clone();
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let held = log_in(&app, &boss.email).await;
    let elsewhere = log_in(&app, &admin.email).await;
    let answer = app.delete("/sessions").bearer(&admin.token).await;
    // Two of the manager, one before he was one, and the administrator's other one.
    assert_eq!(answer.expect(200).json(), json!({"ended": 4}));
    for app in [&app, &node] {
        for token in [&boss.token, &held.access, &elsewhere.access] {
            assert_eq!(over(app, token).await, "revoked_by_staff");
        }
        refresh(app, &held.refresh).await.expect(401);
        own(app, &admin.token).await.expect(200);
    }
    let done = ("done".to_owned(), Some("revoked_by_staff".to_owned()), None);
    assert_eq!(noted(&app, "sessions_ended").await, [done]);
    app.log_in(&boss.email).await;
}

#[tokio::test]
async fn is_for_administrators() {
    let app = TestApp::start().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let jane = app.verified_user("jane@example.com").await;
    for person in [&boss, &jane] {
        let refused = app.delete("/sessions").bearer(&person.token).await;
        refused.expect_refusal(403, "Operation not permitted");
    }
    app.delete("/sessions").await.expect(401);
    for person in [&boss, &jane, app.admin().await] {
        own(&app, &person.token).await.expect(200);
    }
    // The one whose role is not staff at all is written down with all others like him.
    let refused = noted(&app, "sessions_ended").await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].1.as_deref(), Some("role"));
}

#[tokio::test]
async fn leaves_those_that_had_run_out_with_their_own_reason() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(app.config.session.idle.get());
    let token = app.log_in(&admin.email).await;
    let answer = app.delete("/sessions").bearer(&token).await;
    assert_eq!(answer.expect(200).json(), json!({"ended": 0}));
    assert_eq!(over(&app, &jane.token).await, "idle");
}
