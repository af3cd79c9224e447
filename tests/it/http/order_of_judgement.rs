//! The order of judgement: route, body syntax, credentials and role, then all faults of path, query and body together.

use serde_json::json;

use crate::support::TestApp;

const BROKEN: &str = "{\"email\": ";

#[tokio::test]
async fn the_route_comes_before_the_body() {
    let app = TestApp::start().await;
    app.post("/nothing")
        .body("application/json", BROKEN)
        .await
        .expect(404);
    app.request("PATCH", "/myaccount")
        .body("application/json", BROKEN)
        .await
        .expect(405);
    app.request("PUT", "/register/")
        .body("application/json", BROKEN)
        .await
        .expect(405);
}

#[tokio::test]
async fn the_syntax_of_the_body_comes_before_the_credentials() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    for (method, path) in [
        ("PUT", "/myaccount/"),
        ("POST", "/myaccount/password"),
        ("POST", "/users/"),
        ("PUT", "/users/no-uuid"),
    ] {
        for token in ["", "nonsense", &ann.token] {
            let answer = app
                .request(method, path)
                .bearer(token)
                .body("application/json", BROKEN)
                .await;
            assert_eq!(answer.fault()["type"], "json_invalid", "{method} {path}");
        }
        // Only the syntax: that it is no object is a fault like others, and told to those who may.
        for body in ["[]", "", "null", "{}"] {
            app.request(method, path)
                .body("application/json", body)
                .await
                .expect_refusal(401, "Authentication required");
        }
        app.request(method, path)
            .body("text/plain", BROKEN)
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn credentials_and_role_come_before_the_faults() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    for (method, path) in [
        ("POST", "/users/"),
        ("PUT", "/users/no-uuid"),
        ("GET", "/users/?limit=x"),
        ("DELETE", "/users/1"),
        ("POST", "/users/1/lock"),
    ] {
        let ask = |token: &str| {
            app.request(method, path)
                .bearer(token)
                .body("application/json", r#"{"email": 5}"#)
        };
        ask("").await.expect_refusal(401, "Authentication required");
        ask(&ann.token)
            .await
            .expect_refusal(403, "Operation not permitted");
        ask(&app.admin().await.token).await.expect(422);
    }
    app.put_json("/myaccount/", &json!({"email": 5}))
        .await
        .expect(401);
}

#[tokio::test]
async fn faults_of_path_and_body_are_told_together() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let places = async |body: &str| {
        let answer = app
            .request("PUT", "/users/no-uuid")
            .bearer(&admin.token)
            .body("application/json", body.to_owned())
            .await;
        answer
            .faults()
            .iter()
            .map(|fault| fault["loc"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        places(r#"{"bio": 5, "email": 5}"#).await,
        [
            json!(["path", "user_id"]),
            json!(["body", "email"]),
            json!(["body", "bio"])
        ]
    );
    assert_eq!(
        places("{}").await,
        [json!(["path", "user_id"]), json!(["body"])]
    );
    assert_eq!(
        places("[]").await,
        [json!(["path", "user_id"]), json!(["body"])]
    );
    assert_eq!(
        places("").await,
        [json!(["path", "user_id"]), json!(["body"])]
    );
}

#[tokio::test]
async fn faults_come_before_what_the_database_says() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let nobody = format!("/users/{}", uuid::Uuid::nil());
    app.put_json(&nobody, &json!({"bio": 5}))
        .bearer(&admin.token)
        .await
        .expect(422);
    let refusal = app
        .put_json(&nobody, &json!({"bio": "x"}))
        .bearer(&admin.token)
        .await;
    refusal.expect_refusal(
        404,
        &format!("User with ID {} not found.", uuid::Uuid::nil()),
    );
    let taken = json!({"email": "admin@example.com", "password": "Secure*1234", "bio": 5});
    app.post_json("/register/", &taken).await.expect(422);
}
