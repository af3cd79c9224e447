//! Faults of the program and of the database: nothing internal in the answer, and an id to find the cause in the log.

use gatepost::db::Run;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

/// An application whose database has lost a table.
async fn broken() -> TestApp {
    let app = TestApp::start().await;
    app.admin().await;
    app.db
        .execute("ALTER TABLE login_failures RENAME TO elsewhere", &[])
        .await
        .unwrap();
    app
}

#[tokio::test]
async fn a_fault_is_answered_with_the_id_of_the_request() {
    let app = broken().await;
    let answer = app
        .post_form(
            "/login/",
            &[("username", "admin@example.com"), ("password", PASSWORD)],
        )
        .may_fail()
        .await
        .expect(500);
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(
        answer.json(),
        json!({"detail": "Internal Server Error", "code": "internal", "request_id": id})
    );
    for word in [
        "login_failures",
        "no such table",
        "relation",
        "sqlite",
        "postgres",
    ] {
        assert!(!answer.body.to_lowercase().contains(word), "{answer:#?}");
    }
    // The rest goes on.
    app.get("/login-form").await.expect(200);
}

#[tokio::test]
async fn a_person_gets_a_page_with_the_id() {
    let app = broken().await;
    let request = app.post_form(
        "/login_with_form/",
        &[("username", "admin@example.com"), ("password", PASSWORD)],
    );
    let page = request
        .header("accept", "text/html")
        .may_fail()
        .await
        .expect(500);
    assert_eq!(page.media_type(), "text/html");
    assert!(
        page.body.contains(page.header("x-request-id")) && !page.body.contains("login_failures"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_database_that_is_away_is_a_503_that_says_when_to_come_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.db.close().await;
    let answer = app
        .post_form(
            "/login/",
            &[("username", "admin@example.com"), ("password", PASSWORD)],
        )
        .await
        .expect(503);
    assert_eq!(answer.json()["code"], "unavailable");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    let body = json!({"email": "ann@example.com", "password": PASSWORD});
    app.post_json("/register/", &body).await.expect(503);
    app.put_json("/myaccount/", &json!({"bio": "x"}))
        .bearer(&admin.token)
        .await;
    app.get("/login-form").await.expect(200);
}
