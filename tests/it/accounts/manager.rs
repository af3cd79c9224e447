//! A manager sees everybody, and manages those who have no role to give.

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::{change, create, is_signed_in, list, user};
use crate::support::{Answer, PASSWORD, Person, TestApp};

const REFUSED: &str = "Operation not permitted";

/// An application with a manager.
async fn managed() -> (TestApp, Person) {
    let app = TestApp::start().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    (app, boss)
}

/// Tries everything that changes an account.
async fn everything(app: &TestApp, by: &Person, id: &str) -> Vec<Answer> {
    let token = &by.token;
    vec![
        change(app, by, id, &json!({"bio": "Changed."})).await,
        app.post(&format!("/users/{id}/lock")).bearer(token).await,
        app.post(&format!("/users/{id}/unlock")).bearer(token).await,
        app.delete(&format!("/users/{id}")).bearer(token).await,
    ]
}

#[tokio::test]
async fn sees_everybody() {
    let (app, boss) = managed().await;
    app.verified_user("jane@example.com").await;
    let seen = app
        .get("/users/")
        .bearer(&boss.token)
        .await
        .expect(200)
        .json();
    assert_eq!(seen["total"], 3);
    assert_eq!(
        super::each(&seen, "email"),
        super::each(&list(&app, "").await, "email")
    );
    for item in seen["items"].as_array().unwrap() {
        let path = format!("/users/{}", item["id"].as_str().unwrap());
        let shown = app.get(&path).bearer(&boss.token).await.expect(200).json();
        assert_eq!(&shown, item);
    }
}

#[tokio::test]
async fn manages_ordinary_accounts() {
    let (app, boss) = managed().await;
    let jane = app.verified_user("jane@example.com").await;
    let ann = create(&app, "ann@example.com", "AUTHENTICATED").await;
    for id in [jane.id.as_str(), ann["id"].as_str().unwrap()] {
        let statuses: Vec<_> = everything(&app, &boss, id)
            .await
            .iter()
            .map(|a| a.status)
            .collect();
        assert_eq!(statuses, [200, 200, 200, 204]);
    }
}

#[tokio::test]
async fn manages_no_manager_and_no_administrator() {
    let (app, boss) = managed().await;
    let peer = app.user_with_role("peer@example.com", Role::Manager).await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    for person in [app.admin().await, &other, &peer, &boss] {
        let before = user(&app, &person.id).await;
        for answer in everything(&app, &boss, &person.id).await {
            answer.expect_refusal(403, REFUSED);
        }
        assert_eq!(
            user(&app, &person.id).await["updated_at"],
            before["updated_at"]
        );
        assert!(is_signed_in(&app, &person.token).await);
    }
}

#[tokio::test]
async fn manages_nobody_whose_higher_role_waits() {
    let (app, boss) = managed().await;
    for (email, role) in [
        ("peer@example.com", "MANAGER"),
        ("root@example.com", "ADMIN"),
    ] {
        let made = create(&app, email, role).await;
        assert_eq!(made["role"], "ANONYMOUS");
        for answer in everything(&app, &boss, made["id"].as_str().unwrap()).await {
            answer.expect_refusal(403, REFUSED);
        }
    }
}

#[tokio::test]
async fn gives_no_role_above_that_of_an_ordinary_user() {
    let (app, boss) = managed().await;
    let jane = app.verified_user("jane@example.com").await;
    let ann = create(&app, "ann@example.com", "AUTHENTICATED").await;
    for id in [jane.id.as_str(), ann["id"].as_str().unwrap()] {
        for role in ["MANAGER", "ADMIN"] {
            let body = json!({"role": role, "bio": "Promoted."});
            change(&app, &boss, id, &body)
                .await
                .expect_refusal(403, REFUSED);
        }
        assert_eq!(user(&app, id).await["bio"], Value::Null);
    }
    app.get(&app.verify_link("ann@example.com").await)
        .await
        .expect(307);
    assert_eq!(
        user(&app, ann["id"].as_str().unwrap()).await["role"],
        "AUTHENTICATED"
    );
}

#[tokio::test]
async fn takes_and_gives_the_lower_roles() {
    let (app, boss) = managed().await;
    let jane = app.verified_user("jane@example.com").await;
    for role in ["ANONYMOUS", "AUTHENTICATED"] {
        let changed = change(&app, &boss, &jane.id, &json!({"role": role}))
            .await
            .expect(200)
            .json();
        assert_eq!(changed["role"], role);
    }
}

#[tokio::test]
async fn makes_ordinary_accounts_only() {
    let (app, boss) = managed().await;
    for (role, status) in [
        (json!(null), 201),
        (json!("ANONYMOUS"), 201),
        (json!("AUTHENTICATED"), 201),
        (json!("MANAGER"), 403),
        (json!("ADMIN"), 403),
    ] {
        let email = format!("{}@example.com", role.as_str().unwrap_or("none"));
        let body = json!({"email": email, "password": PASSWORD, "role": role});
        let answer = app
            .post_json("/users/", &body)
            .bearer(&boss.token)
            .await
            .expect(status);
        if status == 403 {
            answer.expect_refusal(403, REFUSED);
            assert!(app.mails_to(&email).await.is_empty());
        }
    }
    assert_eq!(list(&app, "").await["total"], 5);
}

#[tokio::test]
async fn is_told_of_faults_like_everybody() {
    let (app, boss) = managed().await;
    let admin = &app.admin().await.id;
    assert_eq!(
        change(&app, &boss, admin, &json!({"bio": 7})).await.status,
        422
    );
    let body = json!({"email": "x", "password": PASSWORD, "role": "ADMIN"});
    let answer = app.post_json("/users/", &body).bearer(&boss.token).await;
    assert_eq!(answer.fault()["loc"], json!(["body", "email"]));
}

#[tokio::test]
async fn loses_it_with_the_role_at_the_next_request() {
    let (app, boss) = managed().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    change(&app, admin, &boss.id, &json!({"role": "AUTHENTICATED"}))
        .await
        .expect(200);
    app.get("/users/").bearer(&boss.token).await.expect(401);
    let boss = Person {
        token: app.log_in(&boss.email).await,
        ..boss
    };
    app.get("/users/")
        .bearer(&boss.token)
        .await
        .expect_refusal(403, REFUSED);
    for answer in everything(&app, &boss, &jane.id).await {
        answer.expect_refusal(403, REFUSED);
    }
    assert!(
        is_signed_in(&app, &boss.token).await,
        "he is still somebody"
    );
}

#[tokio::test]
async fn has_it_with_the_role_at_the_next_request() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.get("/users/")
        .bearer(&jane.token)
        .await
        .expect_refusal(403, REFUSED);
    change(
        &app,
        app.admin().await,
        &jane.id,
        &json!({"role": "MANAGER"}),
    )
    .await
    .expect(200);
    app.get("/users/").bearer(&jane.token).await.expect(200);
}
