//! Other people's things (IDOR): whoever knows an identifier still has only what his role and his own account give him.

use gatepost::roles::Role;
use serde_json::{Value, json};

use crate::support::calls::without_limits;
use crate::support::contract;
use crate::support::{Person, TestApp, app_with};

/// Every identifier that somebody else has: his account, his sessions, an invitation of the administrator's.
async fn identifiers(app: &TestApp, of: &Person) -> Vec<String> {
    let admin = app.admin().await;
    let mut ids = vec![of.id.clone()];
    let sessions = app.get("/myaccount/sessions").bearer(&of.token).await;
    let invitation = json!({"email": "guest@example.com"});
    let invited = app
        .post_json("/invitations", &invitation)
        .bearer(&admin.token)
        .await;
    for answer in [sessions, invited] {
        let found: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let items = found["items"].as_array().cloned().unwrap_or_default();
        let all = items.iter().chain([&found]);
        ids.extend(all.filter_map(|item| item["id"].as_str().map(str::to_owned)));
    }
    assert!(ids.len() > 1, "an account has a session");
    ids
}

#[tokio::test]
async fn nobody_reads_or_changes_by_the_identifier_of_somebody_else() {
    let app = app_with(without_limits).await;
    let ann = app.verified_user("ann@example.com").await;
    let bob = app.verified_user("bob@example.com").await;
    for person in [&ann, app.admin().await] {
        for id in identifiers(&app, person).await {
            let before = app.things().await;
            for operation in
                contract::operations().filter(|operation| !operation.identifiers().is_empty())
            {
                let answer = app.call(&operation, &id).bearer(&bob.token).await;
                let what = format!("{} {}", operation.method, operation.filled(&id));
                assert!(matches!(answer.status, 400..500), "{what}: {answer:#?}");
                assert!(!answer.body.contains(&person.email), "{what}: {answer:#?}");
                // By cookie and from our own page it is the same.
                let by_cookie = app.call(&operation, &id).cookie("access_token", &bob.token);
                let by_cookie = by_cookie.header("sec-fetch-site", "same-origin").await;
                assert_eq!(by_cookie.status, answer.status, "{what}");
            }
            TestApp::assert_same(&before, &app.things().await, &id);
        }
    }
}

#[tokio::test]
async fn an_identifier_in_the_query_or_a_header_is_not_looked_at() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    for name in [
        "user_id",
        "id",
        "sub",
        "account",
        "account_id",
        "as",
        "impersonate",
    ] {
        let me = app.get(&format!("/myaccount?{name}={}", admin.id));
        let me = me.bearer(&user.token).header("x-user-id", &admin.id);
        assert_eq!(me.await.expect(200).json()["id"], json!(user.id));
    }
    for path in ["/myaccount/sessions", "/myaccount/history"] {
        let own = app.get(path).bearer(&user.token).await;
        let asked = app
            .get(&format!("{path}?user_id={0}&account_id={0}", admin.id))
            .bearer(&user.token)
            .await;
        assert!(
            asked.status >= 400 || asked.json()["total"] == own.json()["total"],
            "{asked:#?}"
        );
        assert!(!asked.body.contains(&admin.id) && !asked.body.contains(&admin.email));
    }
}

#[tokio::test]
async fn a_manager_has_no_power_over_administrators_and_managers() {
    let app = app_with(without_limits).await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    let other = app.user_with_role("other@example.com", Role::Manager).await;
    for person in [&other, app.admin().await] {
        let before = app.things().await;
        let writes = contract::operations().filter(|operation| {
            operation.writes() && !operation.is_public() && operation.identifiers() == ["user_id"]
        });
        for operation in writes {
            let answer = app
                .call(&operation, &person.id)
                .bearer(&manager.token)
                .await;
            assert!(
                matches!(answer.status, 403 | 404 | 409),
                "{}: {answer:#?}",
                operation.id()
            );
        }
        TestApp::assert_same(&before, &app.things().await, "afterwards");
    }
}
