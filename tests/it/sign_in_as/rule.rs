//! What is open while one is signed in as somebody else: every operation of the document and every page of the sources, held
//! against the list in the program and the table in `docs/security/roles.md`.

use gatepost::sessions::OPEN_WHILE_ACTING;
use serde_json::json;

use super::{REFUSED, act_as, act_in, entries, own};
use crate::every_get::filled;
use crate::sessions::browser;
use crate::support::contract;
use crate::support::source::{self, assert_none};
use crate::support::{PASSWORD, Person, TestApp};

/// Pages and files that ask nobody who he is: they do the same for everybody. This list may only shrink.
const ASKS_NOBODY: &[(&str, &str)] = &[
    ("GET", "/accept-invitation/done"),
    ("GET", "/assets/{*path}"),
    ("GET", "/claim/{token}"),
    ("GET", "/dev/mail"),
    ("GET", "/dev/mail.json"),
    ("GET", "/dev/mail/{id}"),
    ("GET", "/dev/mail/{id}/html"),
    ("GET", "/docs"),
    ("GET", "/favicon.ico"),
    ("GET", "/forgot-password-form/done"),
    ("GET", "/invitations-form"),
    ("GET", "/leave/done"),
    ("GET", "/openapi.json"),
    ("GET", "/redoc"),
    ("GET", "/redoc/{file}"),
    ("GET", "/register-form/done"),
    ("GET", "/resend-verification"),
    ("GET", "/resend-verification/done"),
    ("GET", "/reset-password"),
    ("GET", "/reset-password-form"),
    ("GET", "/undo-email-change"),
    ("GET", "/undo-email-change-form"),
    ("GET", "/undo-email-change/done"),
    // What a form does here is the right of the link of a mail, or of a password.
    ("POST", "/accept-invitation"),
    ("POST", "/claim/{token}"),
    ("POST", "/forgot-password-form"),
    ("POST", "/login_with_form"),
    ("POST", "/register_with_form"),
    ("POST", "/resend-verification"),
    ("POST", "/reset-password-form"),
    ("POST", "/undo-email-change-form"),
    // The ways out.
    ("POST", "/sign-in-as/end"),
];

/// Method and path of every route that the sources name.
fn pages() -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for file in source::files("src", ".rs") {
        for rest in file.text.split(".route(").skip(1) {
            let Some(path) = rest.trim_start().strip_prefix('"') else {
                continue;
            };
            let (path, handlers) = path.split_once('"').unwrap();
            // Up to the bracket that closes the call.
            let mut depth = 1;
            let end = handlers.find(|c| {
                depth += match c {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                depth == 0
            });
            let handlers = &handlers[..end.unwrap_or(handlers.len())];
            for (method, word) in [("GET", "get("), ("POST", "post(")] {
                if handlers.contains(word) {
                    found.push((method, path.trim_end_matches('/').to_owned()));
                }
            }
        }
    }
    for (_, path) in &mut found {
        if path.is_empty() {
            path.push('/');
        }
    }
    assert!(found.len() > 40, "{found:?}");
    found
}

fn is_open(method: &str, path: &str) -> bool {
    let path = match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    };
    OPEN_WHILE_ACTING.contains(&(method, path))
}

#[tokio::test]
async fn every_operation_is_refused_that_is_not_on_the_list() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, admin, &jane.id).await;
    let mut faults = Vec::new();
    let (mut refused, mut open) = (0, 0);
    for operation in contract::operations().filter(|operation| !operation.is_public()) {
        for id in [&jane.id, &admin.id] {
            let mut request = app.call(&operation, id);
            if operation.id() == "profile_update" {
                request = request.json(&json!({"bio": "Sea captain."}));
            }
            let answer = request.bearer(&token).await;
            let is_refused = answer.status == 403 && answer.json()["code"] == "not_while_acting";
            match is_open(operation.method, operation.path) {
                true if answer.status != 200 => {
                    faults.push(format!("{} should be open: {answer:#?}", operation.id()));
                }
                false if !is_refused => {
                    faults.push(format!("{} should be refused: {answer:#?}", operation.id()));
                }
                true => open += 1,
                false => refused += 1,
            }
        }
    }
    assert_none(&faults, "While one is signed in as somebody else:");
    assert!(open >= 8 && refused > 50, "{open} open, {refused} refused");
    // Each refusal is written down with both.
    let noted = entries(&app, "access_denied").await;
    assert!(noted.len() > 50);
    for entry in noted {
        assert_eq!(entry["actor_id"], admin.id.as_str());
        assert_eq!(entry["details"]["on_behalf_of"], jane.id.as_str());
        assert_eq!(entry["reason"], "not_while_acting");
    }
}

#[tokio::test]
async fn every_page_is_refused_that_is_not_on_the_list() {
    let app = TestApp::start().await;
    app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    act_in(&browser, &jane.id).await;
    let mut faults = Vec::new();
    for (method, path) in pages() {
        if ASKS_NOBODY.contains(&(method, &path)) || path.starts_with("/docs/") {
            continue;
        }
        let request = app.request(method, &filled(&path, &jane.id));
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = browser.send(request).await;
        let is_refused = answer.status == 403 && answer.body.contains(REFUSED);
        if is_refused && !answer.body.contains("action=\"/sign-in-as/end\"") {
            faults.push(format!("{method} {path} has no banner: {}", answer.body));
        }
        if is_refused == is_open(method, &path) {
            faults.push(format!("{method} {path}: {}", answer.status));
        }
    }
    assert_none(
        &faults,
        "While one is signed in as somebody else these are not as the list in src/sessions/acting/rule.rs and `ASKS_NOBODY` say:",
    );
}

#[test]
fn the_paper_has_the_list_of_the_program() {
    let paper = source::read("docs/security/roles.md");
    let (_, below) = paper
        .split_once("## While signed in as somebody else")
        .expect("the heading");
    let rows = below
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2);
    let written: Vec<String> = rows
        .map(|row| row.split('`').nth(1).expect("a door").to_owned())
        .collect();
    let open: Vec<String> = OPEN_WHILE_ACTING
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert_eq!(written, open);
}

#[tokio::test]
async fn neither_a_password_nor_another_address_gets_further() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, admin, &jane.id).await;
    let before = own(&app, &jane.token).await.json();
    // Not with the person's password, and not with the administrator's own, which is the same here.
    let password = json!({"password": PASSWORD});
    let change = json!({"current_password": PASSWORD, "password": "correct horse battery"});
    let address = json!({"email": "stolen@example.com"});
    let both = json!({"email": "stolen@example.com", "bio": "Changed."});
    for request in [
        app.post_json("/myaccount/confirm-password", &password),
        app.post_json("/myaccount/password", &change),
        app.put_json("/myaccount", &address),
        app.put_json("/myaccount", &both),
        app.post_json("/myaccount/delete", &password),
        app.delete("/myaccount/sessions"),
        app.get("/myaccount/export"),
        app.post_json(
            &format!("/users/{}/sign-in-as", jane.id),
            &json!({"reason": "Once more, from here."}),
        ),
    ] {
        let refusal = request.bearer(&token).await.expect_refusal(403, REFUSED);
        assert_eq!(refusal.json()["code"], "not_while_acting");
    }
    assert_eq!(own(&app, &jane.token).await.expect(200).json(), before);
    assert_eq!(
        app.mails_to("stolen@example.com").await.len(),
        0,
        "no link went out"
    );
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn what_is_done_is_written_down_with_both_names() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, admin, &jane.id).await;
    let change = json!({"bio": "Sea captain."});
    let changed = app.put_json("/myaccount", &change).bearer(&token).await;
    assert_eq!(changed.expect(200).json()["bio"], "Sea captain.");
    app.post("/logout").bearer(&token).await.expect(303);
    for event in ["signed_in_as", "account_updated", "sign_in_as_ended"] {
        let entry = &entries(&app, event).await[0];
        assert_eq!(entry["outcome"], "done", "{event}");
        assert_eq!(entry["actor_id"], admin.id.as_str(), "{event}");
        assert_eq!(entry["account_id"], jane.id.as_str(), "{event}");
        assert_eq!(entry["details"]["on_behalf_of"], jane.id.as_str());
    }
    let begun = &entries(&app, "signed_in_as").await[0];
    assert_eq!(begun["personal"]["administrator"], admin.email.as_str());
    assert_eq!(begun["personal"]["email"], jane.email.as_str());
    gatepost::audit::chain(&app).await.unwrap();
    gatepost::audit::verify(&app, None).await.unwrap().unwrap();
}

#[tokio::test]
async fn somebody_who_rises_meanwhile_is_not_acted_as_any_more() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, admin, &jane.id).await;
    let change = json!({"role": "ADMIN"});
    app.put_json(&format!("/users/{}", jane.id), &change)
        .bearer(&admin.token)
        .await
        .expect(200);
    assert_eq!(crate::sessions::over(&app, &token).await, "support_over");
    let by = Person {
        token,
        ..jane.clone()
    };
    app.get("/users").bearer(&by.token).await.expect(401);
}
