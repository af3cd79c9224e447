//! Forged requests: what another site makes a browser send changes nothing, at any operation and at any form of a page.

use crate::support::calls::without_limits;
use crate::support::contract;
use crate::support::source;
use crate::support::{PASSWORD, TestApp, app_with};

/// What browsers say of a request that a page of another site has made.
const ELSEWHERE: [(&str, &str); 5] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", "http://localhost:8000.evil.example"),
];

/// The bodies that a form of another site can send: no others go out without a question before.
const SIMPLE: [&str; 3] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=X",
    "text/plain",
];

/// The paths of the pages that take a form, as the sources name them.
fn forms() -> Vec<String> {
    let mut found = Vec::new();
    for file in source::files("src", ".rs") {
        let mut rest = file.text.as_str();
        while let Some(place) = rest.find(".route(") {
            rest = &rest[place + 7..];
            let parts: Vec<&str> = rest.splitn(3, '"').collect();
            let [_, path, behind] = parts[..] else { break };
            let end = behind.find(".route(").unwrap_or(behind.len());
            let handler = behind[..end].split(';').next().unwrap_or_default();
            if path.starts_with('/') && (handler.contains("post(") || handler.contains("delete(")) {
                found.push(path.to_owned());
            }
        }
    }
    assert!(found.len() >= 8, "{found:?}");
    found
}

fn filled(path: &str, id: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { id } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn no_form_of_a_page_does_what_another_site_asks() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let fields = [
        ("email", "new@example.com"),
        ("username", "admin@example.com"),
        ("password", PASSWORD),
        ("current_password", PASSWORD),
        ("new_password", "correct horse battery staple"),
        ("code", "a-token"),
        ("first_name", "Forged"),
        ("role", "ADMIN"),
        ("token", "a-token"),
    ];
    let before = app.things().await;
    for path in forms() {
        for (name, value) in ELSEWHERE {
            for signed_in in [true, false] {
                let mut request = app
                    .post_form(&filled(&path, &admin.id), &fields)
                    .header(name, value);
                if signed_in {
                    request = request.cookie("access_token", &admin.token);
                }
                let answer = request.await;
                let what = format!("{path} with {name}: {value}");
                assert!(answer.set_cookies().is_empty(), "{what}: {answer:#?}");
                TestApp::assert_same(&before, &app.things().await, &what);
            }
        }
    }
}

#[tokio::test]
async fn no_operation_does_what_another_site_asks_of_a_browser_that_is_signed_in() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    let before = app.things().await;
    let operations = contract::operations().filter(|operation| {
        operation.writes() && (!operation.is_public() || operation.id() == "sessions_logout")
    });
    for operation in operations {
        for (name, value) in ELSEWHERE {
            let forged = app
                .call(&operation, &user.id)
                .cookie("access_token", &admin.token);
            let answer = forged.header(name, value).await;
            let what = format!("{} with {name}: {value}", operation.id());
            let is_refused = answer.status == 403 || operation.id() == "sessions_logout";
            assert!(
                is_refused && answer.set_cookies().is_empty(),
                "{what}: {answer:#?}"
            );
            TestApp::assert_same(&before, &app.things().await, &what);
        }
    }
}

#[tokio::test]
async fn a_body_that_a_form_can_send_is_no_json() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    let before = app.things().await;
    for operation in
        contract::operations().filter(super::super::support::contract::Operation::writes)
    {
        let Some(("application/json", sample)) = operation.sample() else {
            continue;
        };
        let takes_forms = operation.value["requestBody"]["content"]
            .as_object()
            .is_some_and(|content| content.len() > 1);
        for kind in SIMPLE.iter().filter(|_| !takes_forms) {
            let body = serde_json::to_vec(&sample).unwrap();
            let request = app
                .call(&operation, &user.id)
                .cookie("access_token", &admin.token);
            let answer = request
                .header("sec-fetch-site", "same-origin")
                .body(kind, body)
                .await;
            assert!(
                matches!(answer.status, 400..500),
                "{} as {kind}: {answer:#?}",
                operation.id()
            );
        }
    }
    TestApp::assert_same(&before, &app.things().await, "afterwards");
}

#[tokio::test]
async fn a_forged_logout_leaves_the_session_and_the_cookie() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (name, value) in ELSEWHERE {
        for request in [app.post("/logout"), app.get("/logout")] {
            let answer = request
                .cookie("access_token", &admin.token)
                .header(name, value)
                .await;
            assert!(answer.set_cookies().is_empty() && answer.header("clear-site-data").is_empty());
        }
    }
    app.get("/myaccount")
        .cookie("access_token", &admin.token)
        .await
        .expect(200);
}
