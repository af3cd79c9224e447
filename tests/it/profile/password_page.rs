//! `GET` and `POST /change-password`

use super::dashboard::opened;
use crate::accounts::is_signed_in;
use crate::attempts::try_password;
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

const NEW: &str = "correct horse battery staple";

#[tokio::test]
async fn changes_the_password_and_stays_signed_in() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    page.shows("Change your password");
    let before = browser.cookie("access_token");
    let form = browser.open("/change-password").await;
    let form = form
        .expect(200, "/change-password")
        .form("/change-password");
    assert_eq!(form.value("username"), "jane@example.com");
    let filled = form
        .fill("current_password", PASSWORD)
        .fill("password", NEW);
    let done = browser.submit(&filled).await;
    done.expect(200, "/dashboard?done=password")
        .shows("Your password is changed.");
    assert_ne!(browser.cookie("access_token"), before);
    assert!(!is_signed_in(&app, &jane.token).await);
    try_password(&app, &jane.email, NEW).await.expect(200);
}

#[tokio::test]
async fn says_what_is_wrong_and_repeats_no_password() {
    let app = TestApp::start().await;
    let (jane, browser, _) = opened(&app).await;
    let form = browser
        .open("/change-password")
        .await
        .form("/change-password");
    for (current, new, status, says) in [
        (WRONG_PASSWORD, NEW, 403, "The password is not right."),
        (PASSWORD, "short", 422, "Use at least 8 characters."),
        (PASSWORD, "", 422, "Fill this in."),
        ("", NEW, 422, "Fill this in."),
    ] {
        let filled = form
            .clone()
            .fill("current_password", current)
            .fill("password", new);
        let page = browser.submit(&filled).await;
        let page = page.expect(status, "/change-password");
        page.shows(says);
        let again = page.form("/change-password");
        assert_eq!(
            (again.value("current_password"), again.value("password")),
            ("", "")
        );
    }
    try_password(&app, &jane.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn is_for_those_who_are_signed_in() {
    let app = TestApp::start().await;
    let answer = app.get("/change-password").await.expect(303);
    assert_eq!(
        answer.header("location"),
        "/login-form?next=%2Fchange-password"
    );
    let fields = [("current_password", PASSWORD), ("password", NEW)];
    let answer = app.post_form("/change-password", &fields).await.expect(303);
    assert_eq!(answer.header("location"), "/login-form");
}

#[tokio::test]
async fn refuses_what_another_site_sends() {
    let app = TestApp::start().await;
    let (jane, browser, _) = opened(&app).await;
    let form = browser
        .open("/change-password")
        .await
        .form("/change-password");
    let filled = form
        .fill("current_password", PASSWORD)
        .fill("password", NEW);
    browser.submit_from_elsewhere(&filled).await.expect(403);
    try_password(&app, &jane.email, PASSWORD).await.expect(200);
}
