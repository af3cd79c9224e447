//! `GET /statistics`

use gatepost::roles::Role;
use serde_json::json;

use super::figures;
use crate::support::TestApp;

#[tokio::test]
async fn shows_thirty_days_when_nothing_is_asked_for() {
    let app = TestApp::start().await;
    app.admin().await;
    let figures = figures(&app, "").await;
    assert_eq!(figures["days"].as_array().unwrap().len(), 30);
    assert_eq!(figures["accounts"]["total"], 1);
    assert!(figures["counted_at"].is_string());
    assert_eq!(figures["mail"]["dead"], 0);
}

#[tokio::test]
async fn says_so_before_anything_was_counted() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let answer = app
        .get("/statistics")
        .bearer(&admin.token)
        .await
        .expect(200);
    assert_eq!(answer.json()["counted_at"], json!(null));
}

#[tokio::test]
async fn shows_the_days_that_are_asked_for() {
    let app = TestApp::start().await;
    app.admin().await;
    let figures = figures(&app, "?from=2026-01-01&to=2026-01-31").await;
    let days = figures["days"].as_array().unwrap();
    assert_eq!(days.len(), 31);
    assert_eq!(days[0]["day"], "2026-01-01");
    assert_eq!(days[30]["day"], "2026-01-31");
}

#[tokio::test]
async fn refuses_ranges_that_are_none() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (query, place) in [
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-02-01&to=2026-01-01", "from"),
        ("from=2001-01-01&to=2026-01-01", "from"),
    ] {
        let answer = app
            .get(&format!("/statistics?{query}"))
            .bearer(&admin.token)
            .await;
        assert_eq!(answer.fault()["loc"], json!(["query", place]), "{query}");
    }
}

#[tokio::test]
async fn serves_managers_and_no_users() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    app.get("/statistics")
        .bearer(&manager.token)
        .await
        .expect(200);
    app.get("/statistics").bearer(&jane.token).await.expect(403);
}
