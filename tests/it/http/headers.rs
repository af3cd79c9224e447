//! Headers of answers. Those that every answer must have are checked by the client of all tests.

use std::collections::HashSet;

use crate::every_get;
use crate::support::{PASSWORD, TestApp, contract, html};

#[tokio::test]
async fn each_request_has_an_id_of_its_own() {
    let app = TestApp::start().await;
    let mut seen = HashSet::new();
    for path in [
        "/",
        "/nothing",
        "/myaccount",
        "/login-form",
        "/openapi.json",
    ] {
        let answer = app
            .get(path)
            .header("x-request-id", "chosen-by-the-client")
            .await;
        let id = answer.header("x-request-id").to_owned();
        assert!(
            id.len() >= 16 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "{id}"
        );
        assert_ne!(id, "chosen-by-the-client");
        assert!(seen.insert(id));
    }
}

#[tokio::test]
async fn scripts_and_styles_come_from_here_alone() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/login-form",
        "/register-form",
        "/nothing",
        "/myaccount",
        "/docs",
        "/redoc",
    ] {
        let answer = app.get(path).header("accept", "text/html").await;
        let policy = answer.header("content-security-policy");
        let scripts = policy
            .split(';')
            .find(|part| part.trim().starts_with("script-src"))
            .unwrap_or_default();
        assert_eq!(scripts.trim(), "script-src 'self'", "{path}");
        assert!(
            !policy.contains("unsafe-eval") && !policy.contains("http:") && !policy.contains('*'),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("base-uri 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert!(
            !answer.body.contains("<script>") && !answer.body.contains(" onclick="),
            "{path} has a script inside"
        );
    }
}

#[tokio::test]
async fn nobody_keeps_what_is_personal() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for path in ["/myaccount", "/users/", "/dashboard", "/"] {
        let answer = app
            .get(path)
            .bearer(&admin.token)
            .cookie("access_token", &admin.token)
            .await
            .expect(200);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let answer = app
        .post_form(
            "/login/",
            &[("username", &admin.email), ("password", PASSWORD)],
        )
        .await;
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn https_is_asked_for_only_where_the_site_is_https() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/").await.header("strict-transport-security"), "");
    let app = TestApp::with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
    })
    .await;
    for path in ["/", "/nothing", "/myaccount"] {
        assert!(
            app.get(path)
                .await
                .header("strict-transport-security")
                .starts_with("max-age="),
            "{path}"
        );
    }
}

#[tokio::test]
async fn types_are_exact() {
    let app = TestApp::start().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/openapi.json", "application/json"),
        ("/.well-known/jwks.json", "application/json"),
        ("/assets/gatepost.css", "text/css; charset=utf-8"),
        ("/assets/gatepost.js", "text/javascript; charset=utf-8"),
        ("/assets/logo.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
        ("/nothing", "application/json"),
    ] {
        assert_eq!(app.get(path).await.header("content-type"), kind, "{path}");
    }
}

#[tokio::test]
async fn files_are_sent_once_as_long_as_they_stay() {
    let app = TestApp::start().await;
    for path in [
        "/assets/gatepost.css",
        "/openapi.json",
        "/docs/swagger-ui.css",
    ] {
        let tag = app.get(path).await.expect(200).header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        for condition in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let answer = app
                .get(path)
                .header("if-none-match", condition)
                .await
                .expect(304);
            assert!(answer.body.is_empty());
        }
        app.get(path)
            .header("if-none-match", "\"other\"")
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn the_server_does_not_boast() {
    let app = TestApp::start().await;
    for path in ["/", "/nothing", "/myaccount"] {
        let answer = app.get(path).await;
        assert!(
            !answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by")
        );
    }
}

#[tokio::test]
async fn every_asset_that_a_page_names_is_there() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    browser
        .submit(
            &form
                .fill("username", "admin@example.com")
                .fill("password", PASSWORD),
        )
        .await;
    for path in [
        "/",
        "/login-form",
        "/register-form",
        "/dashboard",
        "/docs",
        "/redoc",
        "/dev/mail",
        "/nothing",
    ] {
        let page = browser.open(path).await;
        for target in html::targets(&page.html)
            .into_iter()
            .filter(|target| !target.starts_with('#'))
        {
            assert!(
                target.starts_with('/') && !target.starts_with("//"),
                "{path} loads {target} from elsewhere"
            );
            let answer = app.get(&target).await;
            assert_ne!(
                answer.status, 404,
                "{path} names {target}, which is not there"
            );
        }
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_of_defence() {
    let app = TestApp::start().await;
    let id = uuid::Uuid::nil().to_string();
    let operations =
        contract::operations().map(|operation| (operation.method, operation.filled(&id)));
    let pages = every_get::pages().into_iter();
    let pages = pages.map(|path| ("GET", every_get::filled(&path, &id)));
    let others = ["/nothing", "/%00", "/docs/nothing", "/assets/nothing"]
        .map(|path| ("GET", path.to_owned()));
    for (method, path) in operations.chain(pages).chain(others) {
        let answer = app
            .request(method, &path)
            .header("accept", "text/html")
            .await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "form-action "] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("script-src 'unsafe") && !policy.contains("unsafe-eval"),
            "{path}: {policy}"
        );
        let is_framed = path.starts_with("/dev/mail/");
        assert!(
            is_framed || policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        let referrer = answer.header("referrer-policy");
        assert!(
            ["same-origin", "strict-origin", "no-referrer"].contains(&referrer),
            "{path}: {referrer}"
        );
    }
}

#[tokio::test]
async fn the_address_of_a_page_with_a_token_is_told_to_nobody() {
    let app = TestApp::start().await;
    let id = uuid::Uuid::nil().to_string();
    let paths: Vec<String> = every_get::pages()
        .into_iter()
        .chain(contract::operations().map(|operation| operation.path.to_owned()))
        .filter(|path| path.contains("{token}"))
        .collect();
    assert!(!paths.is_empty());
    for path in paths {
        let answer = app
            .get(&every_get::filled(&path, &id))
            .header("accept", "text/html")
            .await;
        // Not `no-referrer`: the form of the page needs its `Origin`.
        assert_eq!(answer.header("referrer-policy"), "strict-origin", "{path}");
    }
    assert_eq!(
        app.get("/login-form").await.header("referrer-policy"),
        "same-origin"
    );
}
