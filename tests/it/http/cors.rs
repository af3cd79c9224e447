//! Cross-origin requests: for the configured origins, and by default for none.

use serde_json::json;

use crate::support::{Answer, TestApp, contract};

const APP: &str = "https://app.example.com";

async fn start() -> TestApp {
    TestApp::with(|config| {
        config.http.cors_origins = vec![APP.into(), "http://localhost:3000".into()];
    })
    .await
}

fn names_of_cors(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.keys().map(axum::http::HeaderName::as_str);
    names
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

#[tokio::test]
async fn allows_nobody_by_default() {
    let app = TestApp::start().await;
    for origin in [APP, "null", "http://localhost:8000", "*", ""] {
        let preflight = app
            .request("OPTIONS", "/login/")
            .header("access-control-request-method", "POST");
        for request in [
            app.get("/").header("origin", origin),
            preflight.header("origin", origin),
        ] {
            let answer = request.await;
            assert_eq!(names_of_cors(&answer), Vec::<&str>::new(), "{origin}");
            assert!(
                answer.header("vary").to_lowercase().contains("origin"),
                "a shared cache must not mix them up"
            );
        }
    }
}

#[tokio::test]
async fn lets_the_configured_origins_read_every_answer() {
    let app = start().await;
    for origin in [APP, "http://localhost:3000"] {
        let refused = app
            .post("/login/")
            .header("origin", origin)
            .await
            .expect(422);
        for answer in [
            app.get("/myaccount").header("origin", origin).await,
            app.get("/nothing").header("origin", origin).await,
            refused,
        ] {
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert_eq!(answer.header("access-control-allow-credentials"), "true");
            assert!(
                answer
                    .header("access-control-expose-headers")
                    .contains("x-request-id")
            );
            assert!(answer.header("vary").to_lowercase().contains("origin"));
        }
    }
}

#[tokio::test]
async fn answers_the_question_before_the_request() {
    let app = start().await;
    for (path, method) in [
        ("/login/", "POST"),
        ("/users/1", "DELETE"),
        ("/myaccount", "PUT"),
        ("/api/users", "GET"),
    ] {
        let ask = app
            .request("OPTIONS", path)
            .header("origin", APP)
            .header("access-control-request-method", method);
        let answer = ask
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            )
            .await
            .expect(204);
        assert_eq!(answer.header("access-control-allow-origin"), APP);
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert!(
            answer
                .header("access-control-allow-methods")
                .contains(method)
        );
        let headers = answer.header("access-control-allow-headers").to_lowercase();
        assert!(
            headers.contains("authorization") && headers.contains("content-type"),
            "{headers}"
        );
        assert!(answer.body.is_empty());
    }
}

#[tokio::test]
async fn compares_the_whole_origin() {
    let app = start().await;
    for origin in [
        "https://app.example.com.evil.example",
        "http://app.example.com",
        "https://APP.example.com:443",
        "https://evil.example",
        "null",
        "https://app.example.com/",
    ] {
        let answer = app.get("/").header("origin", origin).await;
        assert_eq!(names_of_cors(&answer), Vec::<&str>::new(), "{origin}");
        let ask = app
            .request("OPTIONS", "/login/")
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        assert_eq!(names_of_cors(&ask.await), Vec::<&str>::new(), "{origin}");
    }
}

#[tokio::test]
async fn a_configured_origin_may_change_things_with_the_cookie() {
    let app = start().await;
    let admin = app.admin().await;
    let change = |origin: &str| {
        let request = app
            .put_json("/myaccount/", &json!({"bio": "x"}))
            .cookie("access_token", &admin.token);
        request
            .header("origin", origin)
            .header("sec-fetch-site", "cross-site")
    };
    change(APP).await.expect(200);
    change("https://evil.example").await.expect(403);
}

#[tokio::test]
async fn no_operation_lets_a_foreign_origin_read_its_answer() {
    let app = start().await;
    let admin = app.admin().await;
    let foreign = [
        "https://evil.example",
        "null",
        "https://app.example.com.evil.example",
        "https://evil.app.example.com",
        "https://evilapp.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://APP.example.com",
        "https://app.example.com/",
        "https://app_example.com",
        "*",
    ];
    for operation in contract::operations() {
        let path = operation.filled(&uuid::Uuid::nil().to_string());
        for origin in foreign {
            let preflight = app
                .request("OPTIONS", &path)
                .header("access-control-request-method", operation.method);
            let real = app
                .request(operation.method, &path)
                .cookie("access_token", &admin.token);
            for request in [preflight, real] {
                let answer = request.header("origin", origin).await;
                let what = format!("{} for {origin}", operation.id());
                assert_eq!(names_of_cors(&answer), Vec::<&str>::new(), "{what}");
            }
        }
    }
}
