//! `GET /users/{user_id}`

use std::time::Duration;

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::{KEYS, NOBODY, create, links, user};
use crate::support::TestApp;
use crate::support::people::keys;

#[tokio::test]
async fn shows_every_field_in_its_order() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let shown = user(&app, &jane.id).await;
    assert_eq!(keys(&shown), KEYS);
    assert_eq!(shown["id"], jane.id.as_str());
    assert_eq!(shown["email"], "jane@example.com");
    assert_eq!(shown["role"], "AUTHENTICATED");
    assert_eq!(shown["email_verified"], true);
    assert_eq!(shown["is_locked"], false);
    assert_eq!(shown["is_professional"], false);
    assert_eq!(keys(&shown["links"][0]), ["rel", "href", "method"]);
}

#[tokio::test]
async fn shows_what_is_not_set_as_null() {
    let app = TestApp::start().await;
    let made = create(&app, "jane@example.com", "AUTHENTICATED").await;
    let shown = user(&app, made["id"].as_str().unwrap()).await;
    let optional = [
        "first_name",
        "last_name",
        "bio",
        "profile_picture_url",
        "linkedin_profile_url",
    ];
    for key in optional
        .into_iter()
        .chain(["github_profile_url", "last_login_at"])
    {
        assert_eq!(shown[key], Value::Null, "{key}");
    }
    assert!(shown["nickname"].is_string());
}

#[tokio::test]
async fn tells_when_somebody_last_logged_in() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(Duration::from_mins(1));
    app.log_in(&jane.email).await;
    let shown = user(&app, &jane.id).await;
    assert_eq!(shown["last_login_at"], app.clock.now().to_string());
    assert_ne!(shown["last_login_at"], shown["created_at"]);
    assert_eq!(
        shown["updated_at"], shown["created_at"],
        "a login changes nothing of the account"
    );
}

#[tokio::test]
async fn names_an_id_that_no_account_has() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    let answer = app.get(&format!("/users/{NOBODY}")).bearer(token).await;
    let refusal = answer.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
    assert_eq!(refusal.json()["code"], "user_not_found");
}

#[tokio::test]
async fn refuses_what_is_no_id() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for text in [
        "x",
        "123",
        "0193a1b2-0000-7000-8000-00000000000g",
        "0193a1b2-0000-7000-8000",
    ] {
        let fault = app
            .get(&format!("/users/{text}"))
            .bearer(token)
            .await
            .fault();
        assert_eq!(fault["type"], "uuid_parsing", "{text}");
        assert_eq!(fault["loc"], json!(["path", "user_id"]));
        assert_eq!(fault["input"], text);
        let why = fault["ctx"]["error"].as_str().unwrap();
        assert_eq!(fault["msg"], format!("Input should be a valid UUID, {why}"));
    }
}

#[tokio::test]
async fn knows_an_id_in_capitals() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = format!("/users/{}", admin.id.to_uppercase());
    let shown = app.get(&path).bearer(&admin.token).await.expect(200).json();
    assert_eq!(shown["id"], admin.id.as_str());
}

#[tokio::test]
async fn is_for_staff_only() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let own = format!("/users/{}", jane.id);
    app.get(&own)
        .await
        .expect_refusal(401, "Authentication required");
    for path in [own.as_str(), &format!("/users/{NOBODY}"), "/users/x"] {
        let answer = app.get(path).bearer(&jane.token).await;
        answer.expect_refusal(403, "Operation not permitted");
    }
}

#[tokio::test]
async fn links_to_what_the_viewer_can_do() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;

    let full = [
        ("self", "GET"),
        ("update", "PUT"),
        ("delete", "DELETE"),
        ("lock", "POST"),
    ];
    for (viewer, id, expected) in [
        (app.admin().await, &jane.id, &full[..]),
        (app.admin().await, &boss.id, &full[..]),
        (&boss, &jane.id, &full[..]),
        (&boss, &boss.id, &full[..1]),
        (&boss, &app.admin().await.id, &full[..1]),
    ] {
        let path = format!("/users/{id}");
        let shown = app
            .get(&path)
            .bearer(&viewer.token)
            .await
            .expect(200)
            .json();
        assert_eq!(
            links(&shown),
            expected,
            "{} looks at {}",
            viewer.email,
            shown["email"]
        );
        assert_eq!(shown["links"][0]["href"], path.as_str());
    }
}

#[tokio::test]
async fn follows_its_own_links() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    for (rel, status) in [
        ("self", 200),
        ("lock", 200),
        ("unlock", 200),
        ("delete", 204),
    ] {
        let shown = user(&app, &jane.id).await;
        let all = shown["links"].as_array().unwrap();
        let link = all.iter().find(|link| link["rel"] == rel).expect(rel);
        let (method, href) = (
            link["method"].as_str().unwrap(),
            link["href"].as_str().unwrap(),
        );
        app.request(method, href)
            .bearer(&admin.token)
            .await
            .expect(status);
    }
}
