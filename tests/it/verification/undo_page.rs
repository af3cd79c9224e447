//! The page behind the link that the old address gets.

use super::{move_to, undo_code};
use crate::accounts::user;
use crate::support::TestApp;

const OLD: &str = "jane@example.com";

#[tokio::test]
async fn takes_the_code_and_says_what_comes_next() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "new@example.com").await;
    let code = undo_code(&app, OLD).await;
    let browser = app.browser();
    let page = browser.open("/undo-email-change").await;
    let page = page.expect(200, "/undo-email-change");
    assert_eq!(user(&app, &jane.id).await["email"], "new@example.com");
    let form = page.form("/undo-email-change-form").fill("token", &code);
    let done = browser.submit(&form).await;
    done.expect(200, "/undo-email-change/done")
        .shows("Your old address is back");
    assert_eq!(user(&app, &jane.id).await["email"], OLD);
}

#[tokio::test]
async fn says_when_the_code_is_not_valid() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.open("/undo-email-change").await;
    let form = page.form("/undo-email-change-form");
    let empty = browser.submit(&form).await;
    empty
        .expect(422, "/undo-email-change-form")
        .shows("Fill this in.");
    let wrong = browser.submit(&form.fill("token", "nonsense")).await;
    wrong
        .expect(400, "/undo-email-change-form")
        .shows("This link is not valid any more");
}

#[tokio::test]
async fn refuses_what_another_site_sends() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.open("/undo-email-change").await;
    let form = page.form("/undo-email-change-form").fill("token", "x");
    browser.submit_from_elsewhere(&form).await.expect(403);
}
