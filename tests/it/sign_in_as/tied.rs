//! The session hangs on the administrator's own: what ends that one ends it, at once.

use gatepost::config::Period;
use gatepost::db::Run;
use gatepost::roles::Role;
use serde_json::json;

use super::{act_as, ask, own};
use crate::sessions::{find, over, sessions, sid};
use crate::support::{Answer, Person, TestApp, app_with};

/// An administrator besides the first, somebody whom he is signed in as, and the token of that.
async fn scene() -> (TestApp, Person, Person, String) {
    let app = TestApp::start().await;
    let helper = app.user_with_role("helper@example.com", Role::Admin).await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, &helper, &jane.id).await;
    own(&app, &token).await.expect(200);
    (app, helper, jane, token)
}

async fn by_admin(app: &TestApp, method: &str, path: &str) -> Answer {
    let token = &app.admin().await.token;
    app.request(method, path).bearer(token).await
}

#[tokio::test]
async fn ends_when_the_administrator_logs_out() {
    let (app, helper, jane, token) = scene().await;
    app.post("/logout").bearer(&helper.token).await.expect(303);
    assert_eq!(over(&app, &token).await, "support_over");
    // The person sees it at once, and why.
    let shown = find(&sessions(&app, &jane.token).await, &sid(&token));
    assert_eq!(shown["end_reason"], "support_over");
    assert!(shown["ended_at"].is_string());
    // Housekeeping writes the same down.
    gatepost::sessions::purge(&app).await.unwrap();
    let sql = "SELECT id FROM sessions WHERE end_reason = 'support_over'";
    assert_eq!(app.db.all(sql, &[]).await.unwrap().len(), 1);
    assert_eq!(
        find(&sessions(&app, &jane.token).await, &sid(&token))["end_reason"],
        "support_over"
    );
}

#[tokio::test]
async fn ends_when_the_administrator_is_locked_demoted_deleted_or_signed_out() {
    for (method, path) in [
        ("POST", "/users/{id}/lock"),
        ("DELETE", "/users/{id}"),
        ("DELETE", "/users/{id}/sessions"),
    ] {
        let (app, helper, jane, token) = scene().await;
        let path = path.replace("{id}", &helper.id);
        let answer = by_admin(&app, method, &path).await;
        assert!(answer.status < 300, "{answer:#?}");
        assert_eq!(over(&app, &token).await, "support_over", "{path}");
        let shown = find(&sessions(&app, &jane.token).await, &sid(&token));
        assert_eq!(shown["end_reason"], "support_over");
        own(&app, &jane.token).await.expect(200);
    }
    for role in ["MANAGER", "AUTHENTICATED"] {
        let (app, helper, _, token) = scene().await;
        let admin = &app.admin().await.token;
        app.put_json(&format!("/users/{}", helper.id), &json!({"role": role}))
            .bearer(admin)
            .await
            .expect(200);
        assert_eq!(over(&app, &token).await, "support_over", "{role}");
    }
}

/// As it would be for a moment, if a node had read the role before and the sessions had not been ended.
#[tokio::test]
async fn asks_the_database_for_the_role_at_every_request() {
    let (app, helper, _, token) = scene().await;
    let sql = "UPDATE accounts SET role = 'MANAGER' WHERE email = 'helper@example.com'";
    app.db.execute(sql, &[]).await.unwrap();
    own(&app, &helper.token).await.expect(200);
    assert_eq!(over(&app, &token).await, "support_over");
}

#[tokio::test]
async fn ends_when_the_administrator_confirms_his_password_or_changes_it() {
    let (app, helper, _, token) = scene().await;
    let body = json!({"password": crate::support::PASSWORD});
    app.post_json("/myaccount/confirm-password", &body)
        .bearer(&helper.token)
        .await
        .expect(200);
    assert_eq!(over(&app, &token).await, "support_over");
}

#[tokio::test]
async fn ends_when_the_person_is_locked_deleted_or_signed_out() {
    for (method, path, why) in [
        ("POST", "/users/{id}/lock", "account_locked"),
        ("DELETE", "/users/{id}", "account_deleted"),
        ("DELETE", "/users/{id}/sessions", "revoked_by_staff"),
        (
            "POST",
            "/users/{id}/reset-password",
            "password_reset_forced",
        ),
    ] {
        let (app, helper, jane, token) = scene().await;
        let path = path.replace("{id}", &jane.id);
        let answer = by_admin(&app, method, &path).await;
        assert!(answer.status < 300, "{answer:#?}");
        assert_eq!(over(&app, &token).await, why);
        own(&app, &helper.token).await.expect(200);
    }
}

#[tokio::test]
async fn the_person_ends_it_from_his_own_list() {
    let (app, helper, jane, token) = scene().await;
    let path = format!("/myaccount/sessions/{}", sid(&token));
    app.delete(&path).bearer(&jane.token).await.expect(204);
    assert_eq!(over(&app, &token).await, "revoked");
    own(&app, &helper.token).await.expect(200);
    let token = act_as(&app, &helper, &jane.id).await;
    app.delete("/myaccount/sessions")
        .bearer(&jane.token)
        .await
        .expect(200);
    assert_eq!(over(&app, &token).await, "revoked");
}

#[tokio::test]
async fn lasts_no_longer_than_the_administrators_own() {
    let app = app_with(|config| config.session.lifetime = Period::minutes(20)).await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(Period::minutes(9).get());
    let answer = ask(&app, admin, &jane.id).await.expect(200).json();
    assert_eq!(answer["expires_in"], 11 * 60);
}
