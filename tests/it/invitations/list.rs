//! `GET /invitations`

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::{accept, code, invite, invite_as};
use crate::support::TestApp;

async fn list(app: &TestApp, token: &str, query: &str) -> Value {
    let path = format!("/invitations{query}");
    app.get(&path).bearer(token).await.expect(200).json()
}

fn emails(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["email"].as_str().unwrap()).collect()
}

/// One invitation in each state.
async fn in_every_state(app: &TestApp) {
    let admin = app.admin().await.token.clone();
    invite(app, "expired@example.com").await;
    app.clock
        .advance(app.config.registration.invitation_lifetime.get());
    let admin_now = app.log_in("admin@example.com").await;
    let again = |email: &'static str| invite_as(app, &admin_now, email, "AUTHENTICATED");
    again("accepted@example.com").await.expect(201);
    let accepted = code(app, "accepted@example.com").await;
    accept(app, &accepted).await.expect(200);
    let revoked = again("revoked@example.com").await.expect(201).json();
    let path = format!("/invitations/{}", revoked["id"].as_str().unwrap());
    app.delete(&path).bearer(&admin_now).await.expect(204);
    again("open@example.com").await.expect(201);
    drop(admin);
}

#[tokio::test]
async fn tells_who_invited_whom_and_what_has_come_of_it() {
    let app = TestApp::start().await;
    in_every_state(&app).await;
    let admin = app.log_in("admin@example.com").await;
    let all = list(&app, &admin, "").await;
    assert_eq!(all["total"], 4);
    assert_eq!(
        emails(&all),
        [
            "open@example.com",
            "revoked@example.com",
            "accepted@example.com",
            "expired@example.com"
        ]
    );
    let states: Vec<&Value> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["state"])
        .collect();
    assert_eq!(states, ["open", "revoked", "accepted", "expired"]);
    let accepted = &all["items"][2];
    assert_eq!(
        accepted["invited_by"],
        json!(app.admin().await.id),
        "{accepted:#}"
    );
    let account = super::shown(&app, &accepted["account_id"]).await;
    assert_eq!(account["email"], "accepted@example.com");
    assert!(accepted["accepted_at"].is_string());
    assert_eq!(accepted["revoked_at"], Value::Null);
    for state in ["open", "revoked", "accepted", "expired"] {
        let one = list(&app, &admin, &format!("?state={state}")).await;
        assert_eq!(emails(&one), [format!("{state}@example.com")]);
        assert_eq!(one["total"], 1);
    }
}

#[tokio::test]
async fn is_read_part_by_part() {
    let app = TestApp::start().await;
    for number in 0..5 {
        invite(&app, &format!("guest{number}@example.com")).await;
    }
    let admin = app.admin().await.token.clone();
    let mut seen = Vec::new();
    for skip in [0, 2, 4, 6] {
        let part = list(&app, &admin, &format!("?limit=2&skip={skip}")).await;
        assert_eq!(part["total"], 5);
        seen.extend(emails(&part).into_iter().map(str::to_owned));
    }
    let wanted: Vec<String> = (0..5)
        .rev()
        .map(|number| format!("guest{number}@example.com"))
        .collect();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn a_manager_sees_all_of_them() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    let admin = app.admin().await.token.clone();
    invite_as(&app, &admin, "boss@example.com", "ADMIN")
        .await
        .expect(201);
    let all = list(&app, &manager.token, "").await;
    assert_eq!(emails(&all), ["boss@example.com"]);
}

#[tokio::test]
async fn refuses_a_part_that_is_none() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for query in [
        "?state=dead",
        "?limit=0",
        "?limit=101",
        "?skip=-1",
        "?skip=x",
    ] {
        let path = format!("/invitations{query}");
        app.get(&path).bearer(&admin.token).await.fault();
    }
}

#[tokio::test]
async fn forgets_what_has_long_been_over() {
    let app = TestApp::start().await;
    in_every_state(&app).await;
    let kept = app.config.audit.personal.get();
    app.clock.advance(kept + std::time::Duration::from_secs(1));
    assert_eq!(gatepost::invitations::purge(&app).await.unwrap(), 1);
    app.clock
        .advance(app.config.registration.invitation_lifetime.get() * 2);
    assert_eq!(gatepost::invitations::purge(&app).await.unwrap(), 3);
}
