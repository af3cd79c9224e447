//! The page `/history`.

use gatepost::audit::{self, Event};
use gatepost::roles::Role;

use super::list::{forget, id, write};
use crate::audit::{actor, stranger};
use crate::support::{PASSWORD, Person, TestApp};

async fn open(app: &TestApp, person: &Person, path: &str) -> String {
    let page = app.browser();
    let answer = page
        .send(app.get(path).cookie("access_token", &person.token))
        .await;
    assert!(!PASSWORD.is_empty() && answer.status == 200, "{answer:#?}");
    answer.body
}

#[tokio::test]
async fn shows_what_happened_in_words_and_leads_to_what_is_older() {
    let app = TestApp::start().await;
    let admin = app.user_with_role("boss@example.com", Role::Admin).await;
    let jane = app.verified_user("jane@example.com").await;
    forget(&app).await;
    let home = stranger("192.0.2.7", "<script>alert(1)</script>");
    write(
        &app,
        audit::note(
            Event::AccountLocked,
            actor(id(&admin), &stranger("198.51.100.4", "curl/8")),
        )
        .on(id(&jane)),
    )
    .await;
    for _ in 0..20 {
        write(
            &app,
            audit::note(Event::Login, &home)
                .on(id(&jane))
                .refused("bad_credentials"),
        )
        .await;
    }
    let html = open(&app, &jane, "/history").await;
    assert!(
        html.contains("A login was refused.") && html.contains("192.0.2.7"),
        "{html}"
    );
    assert!(
        !html.contains("<script>alert") && !html.contains("Nothing has happened"),
        "{html}"
    );
    let (_, rest) = html
        .split_once("href=\"/history?before=")
        .expect("a link to what is older");
    let older = rest.split('"').next().unwrap();
    let html = open(&app, &jane, &format!("/history?before={older}")).await;
    assert!(
        html.contains("Your account was locked by an administrator."),
        "{html}"
    );
    assert!(
        !html.contains("198.51.100.4") && !html.contains("Older"),
        "{html}"
    );
}

#[tokio::test]
async fn a_place_that_is_none_shows_the_newest() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    forget(&app).await;
    let html = open(&app, &jane, "/history").await;
    assert!(html.contains("Nothing has happened yet."), "{html}");
    write(
        &app,
        audit::note(Event::Login, &stranger("192.0.2.7", "curl/8")).on(id(&jane)),
    )
    .await;
    let html = open(&app, &jane, "/history?before=nonsense").await;
    assert!(html.contains("A login succeeded."), "{html}");
}

#[tokio::test]
async fn leads_strangers_to_the_login_and_back() {
    let app = TestApp::start().await;
    app.admin().await;
    let answer = app.browser().send(app.get("/history")).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/login-form?next=%2Fhistory")
    );
}
