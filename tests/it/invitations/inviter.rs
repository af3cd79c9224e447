//! An invitation is worth what its inviter may give at the moment of its acceptance.

use gatepost::roles::Role;
use serde_json::json;

use super::{JANE, accept, accounts, assert_useless, code, invite_as};
use crate::support::{Person, TestApp};

/// A second administrator, who has invited somebody with a role.
async fn invited_by_another(app: &TestApp, role: &str) -> (Person, String) {
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    invite_as(app, &other.token, JANE, role).await.expect(201);
    let code = code(app, JANE).await;
    (other, code)
}

async fn set_role(app: &TestApp, person: &Person, role: &str) {
    let path = format!("/users/{}", person.id);
    let admin = app.admin().await.token.clone();
    let change = app.put_json(&path, &json!({"role": role})).bearer(&admin);
    change.await.expect(200);
}

#[tokio::test]
async fn whoever_is_demoted_lets_nobody_in_above_himself() {
    for (now, role, works) in [
        ("MANAGER", "ADMIN", false),
        ("MANAGER", "MANAGER", false),
        ("MANAGER", "AUTHENTICATED", true),
        ("AUTHENTICATED", "AUTHENTICATED", false),
        ("ADMIN", "ADMIN", true),
    ] {
        let app = TestApp::start().await;
        let (other, code) = invited_by_another(&app, role).await;
        set_role(&app, &other, now).await;
        let before = accounts(&app).await;
        let answer = accept(&app, &code).await;
        if works {
            assert_eq!(answer.expect(200).json()["role"], role);
        } else {
            assert_useless(answer);
            assert_eq!(accounts(&app).await, before, "{now} {role}");
        }
    }
}

#[tokio::test]
async fn whoever_is_deleted_leaves_no_doors_behind() {
    let app = TestApp::start().await;
    let (other, code) = invited_by_another(&app, "AUTHENTICATED").await;
    let admin = app.admin().await.token.clone();
    let path = format!("/users/{}", other.id);
    app.delete(&path).bearer(&admin).await.expect(204);
    assert_useless(accept(&app, &code).await);
    let list = app.get("/invitations").bearer(&admin).await.json();
    assert_eq!(list["items"][0]["inviter"], json!(null));
    assert_eq!(list["items"][0]["invited_by"], json!(other.id));
}

#[tokio::test]
async fn whoever_is_locked_by_an_administrator_lets_nobody_in_until_he_is_unlocked() {
    let app = TestApp::start().await;
    let (other, code) = invited_by_another(&app, "AUTHENTICATED").await;
    let admin = app.admin().await.token.clone();
    let path = format!("/users/{}", other.id);
    app.post(&format!("{path}/lock"))
        .bearer(&admin)
        .await
        .expect(200);
    assert_useless(accept(&app, &code).await);
    app.post(&format!("{path}/unlock"))
        .bearer(&admin)
        .await
        .expect(200);
    accept(&app, &code).await.expect(200);
}

#[tokio::test]
async fn strangers_cannot_end_invitations_by_wrong_passwords() {
    let app = TestApp::start().await;
    let (other, code) = invited_by_another(&app, "MANAGER").await;
    crate::attempts::lock_out(&app, &other.email).await;
    accept(&app, &code).await.expect(200);
}

#[tokio::test]
async fn a_refusal_says_why_in_the_audit_log_and_nowhere_else() {
    use gatepost::db::Run;

    let app = TestApp::start().await;
    let (other, code) = invited_by_another(&app, "ADMIN").await;
    set_role(&app, &other, "AUTHENTICATED").await;
    assert_useless(accept(&app, &code).await);
    assert_useless(accept(&app, "guess").await);
    let sql = "SELECT outcome, reason, details FROM audit_entries WHERE event = 'invitation_accepted' ORDER BY at, id";
    let rows = app.db.all(sql, &[]).await.unwrap();
    let reasons: Vec<String> = rows.iter().map(|row| row.get("reason").unwrap()).collect();
    assert_eq!(reasons, ["inviter_may_not", "invalid_invitation"]);
}
