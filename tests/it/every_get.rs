//! GET and HEAD change nothing: not one row, of any operation of the document and of any page. What is left out is when a session
//! was last used, what is counted for a limit, and what the audit log says of who looked.

use crate::support::contract;
use crate::support::source;
use crate::support::{PASSWORD, Person, TestApp};

/// Followed by programs this one verifies an address, as clients expect; a browser gets a page with a button.
const CHANGES: &str = "verification_verify";

/// The pages and files that are served by GET, as the sources name them.
pub fn pages() -> Vec<String> {
    let mut found = Vec::new();
    for file in source::files("src", ".rs") {
        let mut rest = file.text.as_str();
        while let Some(place) = rest.find(".route(") {
            rest = &rest[place + 7..];
            let Some(path) = rest.split('"').nth(1) else {
                break;
            };
            let handler = rest.split('"').nth(2).unwrap_or_default();
            let handler = handler.split("))").next().unwrap_or_default();
            if path.starts_with('/') && handler.contains("get(") {
                // A stream ends after a while only, or if one event is enough.
                let is_stream = path == "/admin/live";
                found.push(format!(
                    "{path}{}",
                    if is_stream { "?once=true" } else { "" }
                ));
            }
        }
    }
    assert!(found.len() > 15, "{found:?}");
    found
}

/// The path with something for each of its names.
pub fn filled(path: &str, id: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{file}" => "swagger-ui.css",
        "{token}" => "a-token",
        part if part.starts_with('{') => id,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn assert_unchanged_by(app: &TestApp, targets: &[String], people: &[Option<&Person>]) {
    for target in targets {
        for method in ["GET", "HEAD"] {
            for person in people {
                let before = app.things().await;
                let mut request = app.request(method, target).header("accept", "text/html");
                if let Some(person) = person {
                    request = request
                        .bearer(&person.token)
                        .cookie("access_token", &person.token);
                }
                let answer = request.await;
                TestApp::assert_same(
                    &before,
                    &app.things().await,
                    &format!("{method} {target}: {answer:#?}"),
                );
            }
        }
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    app.register("waiting@example.com").await;
    let operations =
        contract::operations().filter(|operation| !operation.writes() && operation.id() != CHANGES);
    let mut targets: Vec<String> = operations
        .map(|operation| operation.filled(&user.id))
        .collect();
    targets.extend(pages().iter().map(|path| filled(path, &user.id)));
    targets.push("/login-form?next=/dashboard&username=user@example.com".into());
    targets.push("/logout".into());
    assert_unchanged_by(&app, &targets, &[None, Some(&user), Some(admin)]).await;
}

#[tokio::test]
async fn fields_in_the_query_of_a_get_do_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let fields = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("username", admin.email.as_str()),
            ("email", "new@example.com"),
            ("password", PASSWORD),
            ("role", "ADMIN"),
            ("_method", "DELETE"),
            ("method", "delete"),
            ("token", "a-token"),
        ])
        .finish();
    let operations = contract::operations().filter(|operation| operation.id() != CHANGES);
    let mut targets: Vec<String> = operations
        .map(|operation| format!("{}?{fields}", operation.filled(&admin.id)))
        .collect();
    targets.push(format!("/login_with_form?{fields}"));
    targets.push(format!("/register_with_form?{fields}"));
    assert_unchanged_by(&app, &targets, &[Some(admin)]).await;
}

#[tokio::test]
async fn a_method_in_a_header_is_not_listened_to() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        let before = app.things().await;
        let request = app.get(&format!("/users/{}", user.id)).bearer(&admin.token);
        request.header(name, "DELETE").await.expect(200);
        TestApp::assert_same(&before, &app.things().await, name);
    }
}

#[tokio::test]
async fn a_mailed_link_that_a_browser_opens_changes_nothing() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("waiting@example.com").await;
    let link = app.verify_link("waiting@example.com").await;
    let before = app.things().await;
    app.get(&link)
        .header("accept", "text/html")
        .await
        .expect(200);
    TestApp::assert_same(&before, &app.things().await, "looking");
    // The documented exception: a program that follows it has verified the address.
    app.get(&link).await.expect(307);
    assert_ne!(before, app.things().await);
}
