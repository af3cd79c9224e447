//! Path normalisation: no spelling of a path opens what the plain path does not.

use crate::support::contract::{self, Operation};
use crate::support::{Answer, TestApp};

/// `/users` in ways that some reader takes for `/users`.
fn forms(path: &str) -> Vec<String> {
    let bare = path.trim_end_matches('/');
    let (front, last) = bare.rsplit_once('/').expect("a path");
    let first = last.bytes().next().expect("a name");
    let encoded = format!("{front}/%{first:02x}{}", &last[1..]);
    let inner = &bare[1..];
    vec![
        format!("/{bare}"),
        format!("//{inner}//"),
        format!("{bare}//"),
        format!("{bare};x"),
        format!("{bare};x=y/"),
        format!("{bare}/;/"),
        encoded.to_uppercase(),
        encoded,
        bare.to_uppercase(),
        format!("{bare}/."),
        format!("{bare}/./"),
        format!("/.{bare}"),
        format!("/x/..{bare}"),
        format!("/docs/..{bare}"),
        format!("/docs/..;{bare}"),
        format!("/docs/%2e%2e{bare}"),
        format!("/assets/..%2f{inner}"),
        format!("{bare}."),
        format!("{bare}%20"),
        format!("{bare}%00"),
        format!("{bare}%2f"),
        format!("{bare}%09"),
        format!("{bare}.json"),
        format!("{bare}/x/.."),
        format!("/api/api{bare}"),
        format!("/api//{inner}"),
        format!("/API{bare}"),
        format!("/v1{bare}"),
        format!("/%2e{bare}"),
        format!("/%2f{inner}"),
        format!("{bare}%3Fx"),
        format!("{bare}%23"),
    ]
}

fn protected() -> impl Iterator<Item = Operation> {
    contract::operations().filter(|operation| !operation.is_public())
}

fn is_closed(answer: &Answer) -> bool {
    matches!(answer.status, 400 | 401 | 403 | 404 | 405 | 422)
}

#[tokio::test]
async fn no_spelling_opens_a_path_to_strangers_and_to_users() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    let before = app.things().await;
    for operation in protected() {
        for form in forms(&operation.filled(&admin.id)) {
            let what = format!("{} {form}", operation.method);
            let answer = app.request(operation.method, &form).await;
            assert!(is_closed(&answer), "{what}: {answer:#?}");
            let is_for_staff =
                operation.path.starts_with("/users") || operation.path.starts_with("/audit");
            if is_for_staff {
                let answer = app
                    .request(operation.method, &form)
                    .bearer(&user.token)
                    .await;
                assert!(is_closed(&answer), "{what}: {answer:#?}");
                assert!(!answer.body.contains(&admin.email), "{what}: {answer:#?}");
            }
        }
    }
    TestApp::assert_same(&before, &app.things().await, "afterwards");
}

#[tokio::test]
async fn a_path_in_another_spelling_is_another_path() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for path in ["/users", "/myaccount"] {
        for form in forms(path) {
            let answer = app.get(&form).bearer(&admin.token).await;
            // A percent-encoded letter is the letter (RFC 3986 section 6.2.2.2), and then every check has seen it as well.
            let is_same = answer.status == 200 && form.contains("/%");
            assert!(is_same || is_closed(&answer), "{form}: {answer:#?}");
        }
    }
}

#[tokio::test]
async fn headers_that_name_another_path_are_not_read() {
    let app = TestApp::start().await;
    app.admin().await;
    for name in [
        "x-original-url",
        "x-rewrite-url",
        "x-forwarded-uri",
        "x-forwarded-prefix",
        "x-original-uri",
    ] {
        let answer = app.get("/nothing").header(name, "/docs").await;
        assert_eq!(answer.status, 404, "{name}");
        let answer = app.get("/users/").header(name, "/docs").await;
        assert_eq!(answer.status, 401, "{name}");
    }
}
