//! Roles given and taken by `PUT /users/{user_id}`.

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::{change, create, user};
use crate::support::TestApp;

async fn verify(app: &TestApp, email: &str) {
    app.get(&app.verify_link(email).await).await.expect(307);
}

#[tokio::test]
async fn takes_effect_at_once_for_a_verified_account() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut token = jane.token.clone();
    for role in ["ADMIN", "MANAGER", "AUTHENTICATED", "ANONYMOUS"] {
        let body = json!({"role": role});
        let changed = change(&app, app.admin().await, &jane.id, &body)
            .await
            .expect(200)
            .json();
        assert_eq!(changed["role"], role);
        let own = |token: &str| app.get("/myaccount").bearer(token);
        let mut answer = own(&token).await;
        // A role that may do less ends the session.
        assert_eq!(answer.status, if role == "ADMIN" { 200 } else { 401 });
        if answer.status == 401 {
            token = app.log_in(&jane.email).await;
            answer = own(&token).await.expect(200);
        }
        assert_eq!(
            answer.json()["role"],
            role,
            "the token is worth what the database says now"
        );
    }
}

#[tokio::test]
async fn waits_for_the_verification_of_an_unverified_account() {
    let app = TestApp::start().await;
    let made = create(&app, "jane@example.com", "AUTHENTICATED").await;
    let id = made["id"].as_str().unwrap();
    let body = json!({"role": "MANAGER"});
    let changed = change(&app, app.admin().await, id, &body)
        .await
        .expect(200)
        .json();
    assert_eq!(changed["role"], "ANONYMOUS");
    verify(&app, "jane@example.com").await;
    assert_eq!(user(&app, id).await["role"], "MANAGER");
}

#[tokio::test]
async fn can_be_taken_back_while_it_waits() {
    let app = TestApp::start().await;
    for (email, role) in [
        ("jane@example.com", "AUTHENTICATED"),
        ("ann@example.com", "ANONYMOUS"),
    ] {
        let made = create(&app, email, "ADMIN").await;
        let id = made["id"].as_str().unwrap();
        change(&app, app.admin().await, id, &json!({"role": role}))
            .await
            .expect(200);
        verify(&app, email).await;
        assert_eq!(user(&app, id).await["role"], "AUTHENTICATED", "{role}");
    }
}

#[tokio::test]
async fn sending_an_unverified_account_back_as_it_was_shown_takes_nothing_from_it() {
    let app = TestApp::start().await;
    let made = create(&app, "jane@example.com", "AUTHENTICATED").await;
    let id = made["id"].as_str().unwrap();
    change(&app, app.admin().await, id, &made).await.expect(200);
    verify(&app, "jane@example.com").await;
    assert_eq!(user(&app, id).await["role"], "AUTHENTICATED");
}

#[tokio::test]
async fn nobody_changes_his_own() {
    let app = TestApp::start().await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    for role in ["ANONYMOUS", "AUTHENTICATED", "MANAGER"] {
        let body = json!({"role": role, "bio": "Changed."});
        let answer = change(&app, &other, &other.id, &body).await;
        answer.expect_refusal(403, "Operation not permitted");
    }
    let shown = user(&app, &other.id).await;
    assert_eq!(
        (&shown["role"], &shown["bio"]),
        (&json!("ADMIN"), &Value::Null)
    );
}

#[tokio::test]
async fn sending_ones_own_role_is_fine() {
    let app = TestApp::start().await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    let body = json!({"role": "ADMIN", "bio": "Changed."});
    let changed = change(&app, &other, &other.id, &body)
        .await
        .expect(200)
        .json();
    assert_eq!(changed["bio"], "Changed.");
}

#[tokio::test]
async fn is_one_of_four() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for role in [
        json!("KING"),
        json!("admin"),
        json!(""),
        json!(7),
        json!(["ADMIN"]),
    ] {
        let body = json!({"role": role});
        let fault = change(&app, app.admin().await, &jane.id, &body)
            .await
            .fault();
        assert_eq!(fault["type"], "enum", "{role}");
        let expected = "'ANONYMOUS', 'AUTHENTICATED', 'MANAGER' or 'ADMIN'";
        assert_eq!(fault["msg"], format!("Input should be {expected}"));
        assert_eq!(fault["ctx"], json!({"expected": expected}));
        assert_eq!(fault["input"], role);
    }
}

#[tokio::test]
async fn is_kept_when_the_address_changes() {
    let app = TestApp::start().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let body = json!({"email": "new@example.com"});
    change(&app, app.admin().await, &boss.id, &body)
        .await
        .expect(200);
    verify(&app, "new@example.com").await;
    assert_eq!(user(&app, &boss.id).await["role"], "MANAGER");
}

#[tokio::test]
async fn is_not_regained_by_a_change_of_the_address() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    change(
        &app,
        app.admin().await,
        &jane.id,
        &json!({"role": "ANONYMOUS"}),
    )
    .await
    .expect(200);
    let body = json!({"email": "new@example.com"});
    let token = app.log_in(&jane.email).await;
    app.put_json("/myaccount/", &body)
        .bearer(&token)
        .await
        .expect(200);
    verify(&app, "new@example.com").await;
    assert_eq!(
        user(&app, &jane.id).await["role"],
        "ANONYMOUS",
        "what was taken stays taken"
    );
}
