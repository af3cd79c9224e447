//! Paths: with and without the slash at the end, with and without `/api`, directly and without a redirect.

use serde_json::json;

use crate::support::contract;
use crate::support::{PASSWORD, TestApp};

fn spellings(path: &str) -> [String; 4] {
    let bare = path.trim_end_matches('/');
    [
        bare.to_owned(),
        format!("{bare}/"),
        format!("/api{bare}"),
        format!("/api{bare}/"),
    ]
}

#[tokio::test]
async fn every_operation_answers_alike_in_every_spelling() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for operation in contract::operations().filter(|operation| operation.id() != "sessions_logout")
    {
        let path = operation.filled(&uuid::Uuid::nil().to_string());
        let mut first: Option<crate::support::Answer> = None;
        for spelling in spellings(&path) {
            let answer = app
                .request(operation.method, &spelling)
                .bearer(&admin.token)
                .await;
            assert!(
                ![301, 302, 308, 404].contains(&answer.status)
                    || answer.json()["code"] != "not_found",
                "{spelling}: {answer:#?}"
            );
            let first = first.get_or_insert_with(|| answer.clone());
            assert_eq!(answer.status, first.status, "{spelling}");
            // What somebody takes along has in it that he has taken it along; how busy the machine is changes all the time.
            if !["leaving_export", "statistics_show"].contains(&operation.id()) {
                assert_eq!(answer.body, first.body, "{spelling}");
            }
        }
    }
}

#[tokio::test]
async fn every_page_answers_in_every_spelling() {
    let app = TestApp::start().await;
    for page in [
        "/login-form",
        "/register-form",
        "/docs",
        "/redoc",
        "/openapi.json",
    ] {
        for spelling in spellings(page) {
            app.get(&spelling).await.expect(200);
        }
    }
    for root in ["/", "/api", "/api/"] {
        assert_eq!(app.get(root).await.expect(200).media_type(), "text/html");
    }
}

#[tokio::test]
async fn the_query_stays() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for path in [
        "/users?limit=1",
        "/users/?limit=1",
        "/api/users?limit=1",
        "/api/users/?limit=1",
    ] {
        let page = app.get(path).bearer(&admin.token).await.expect(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
    }
    let fault = app
        .get("/api/users/?limit=0")
        .bearer(&admin.token)
        .await
        .fault();
    assert_eq!(fault["loc"], json!(["query", "limit"]));
}

#[tokio::test]
async fn bodies_arrive_in_every_spelling() {
    let app = TestApp::start().await;
    for (number, path) in spellings("/register").iter().enumerate() {
        let body = json!({"email": format!("user{number}@example.com"), "password": PASSWORD});
        app.post_json(path, &body).await.expect(200);
    }
    for path in spellings("/login") {
        app.post_form(
            &path,
            &[("username", "user0@example.com"), ("password", PASSWORD)],
        )
        .await
        .expect(200);
    }
}

#[tokio::test]
async fn nothing_else_is_there() {
    let app = TestApp::start().await;
    for path in [
        "/nothing",
        "/apix",
        "/apiregister",
        "/api/api/register",
        "/register//",
        "//register",
        "//",
        "/users//",
        "/REGISTER/",
        "/users/1/2",
        "/assets/",
        "/assets/../src/main.rs",
        "/assets/%2e%2e/Cargo.toml",
        "/assets/vendor/redoc/LICENSE",
        "/.env",
        "/docs/nothing.js",
        "/%00",
        "/%ff",
        "/claim/%ff",
        "/dev/mail/%ff",
        "/redoc/%ff",
        "/verify-email/",
        "/users/1/unlock/x",
        "/login_with_form/x",
    ] {
        let answer = app.post(path).body("application/json", "{").await;
        assert!(matches!(answer.status, 404 | 405), "{path}: {answer:#?}");
        let answer = app.get(path).await.expect(404);
        assert_eq!(
            answer.body, r#"{"detail":"Not Found","code":"not_found"}"#,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_person_gets_a_page_that_says_so() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser
        .open("/nothing/<b>here</b>".replace(['<', '>'], "%3C").as_str())
        .await;
    assert_eq!((page.status, page.answer.media_type()), (404, "text/html"));
    page.shows("This page does not exist");
    assert!(
        page.html.contains(page.answer.header("x-request-id")),
        "the page names the request"
    );
    let json = app
        .get("/nothing")
        .header("accept", "application/json, */*")
        .await;
    json.expect_refusal(404, "Not Found");
}

/// A program that says it would like a page, as browsers and some libraries do, reads what the document promises.
#[tokio::test]
async fn what_an_operation_answers_stays_json() {
    let app = TestApp::start().await;
    let large = "x".repeat(1 << 17);
    for (method, path, body, status) in [
        ("GET", "/myaccount", "", 401),
        ("GET", "/api/myaccount/", "", 401),
        ("POST", "/register", "{", 422),
        // Before its door is asked.
        ("POST", "/register", large.as_str(), 413),
    ] {
        let request = app.request(method, path).header("accept", "text/html");
        let answer = request.body("application/json", body).await;
        let seen = (answer.status, answer.media_type());
        assert_eq!(seen, (status, "application/json"), "{method} {path}");
    }
    // Neither of these is one, though each path has one.
    for path in ["/register", "/users/1/lock"] {
        let answer = app.get(path).header("accept", "text/html").await;
        let seen = (answer.status, answer.media_type());
        assert_eq!(seen, (405, "text/html"), "{path}");
    }
}
