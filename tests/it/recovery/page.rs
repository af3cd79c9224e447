//! The pages, as a browser without scripts uses them.

use super::{NEW, code_in, mails, new_code};
use crate::support::TestApp;

#[tokio::test]
async fn leads_from_the_login_form_to_a_new_password_and_back() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let browser = app.browser();
    let login = browser.open("/login-form").await;
    assert!(login.html.contains("href=\"/forgot-password-form\""));
    let form = browser
        .open("/forgot-password-form")
        .await
        .form("/forgot-password-form");
    let done = browser
        .submit(&form.fill("email", "jane@example.com"))
        .await;
    let done = done.expect(200, "/forgot-password-form/done");
    done.shows("If an account has this address, a mail is on its way.");

    let mail = mails(&app, "jane@example.com").await.remove(0);
    let page = browser
        .open("/reset-password")
        .await
        .expect(200, "/reset-password");
    page.shows("Code from the mail");
    let form = page.form("/reset-password-form");
    let typed = form.fill("token", &code_in(&mail)).fill("password", NEW);
    let login = browser.submit(&typed).await;
    let login = login.expect(200, "/login-form?done=new-password");
    login.shows("Your new password is in force. Log in with it.");
    assert_eq!(
        browser.cookie("access_token"),
        None,
        "nobody is logged in by it"
    );
    let form = login.form("/login_with_form/");
    let form = form
        .fill("username", "jane@example.com")
        .fill("password", NEW);
    browser.submit(&form).await.expect(200, "/dashboard");
}

#[tokio::test]
async fn says_what_is_wrong_and_keeps_the_code() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    let browser = app.browser();
    let form = browser
        .open("/reset-password")
        .await
        .form("/reset-password-form");
    let page = browser
        .submit(&form.fill("token", &code).fill("password", "password1"))
        .await;
    let page = page.expect(422, "/reset-password-form");
    let form = page.form("/reset-password-form");
    assert_eq!(
        (form.value("token"), form.value("password")),
        (code.as_str(), "")
    );
    browser
        .submit(&form.fill("password", NEW))
        .await
        .expect(200, "/login-form?done=new-password");
}

#[tokio::test]
async fn says_what_to_do_about_a_dead_link() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser
        .open("/reset-password")
        .await
        .form("/reset-password-form");
    let page = browser
        .submit(&form.fill("token", &"A".repeat(43)).fill("password", NEW))
        .await;
    let page = page.expect(400, "/reset-password-form");
    page.shows("This link is not valid any more")
        .shows("Send me another link");
    assert_eq!(page.form("/reset-password-form").value("token"), "");
}

#[tokio::test]
async fn asks_for_what_was_left_out() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser
        .open("/reset-password")
        .await
        .form("/reset-password-form");
    let page = browser
        .submit(&form)
        .await
        .expect(422, "/reset-password-form");
    page.shows("Code from the mail: Fill this in.")
        .shows("Password: Fill this in.");
    let form = browser
        .open("/forgot-password-form")
        .await
        .form("/forgot-password-form");
    let page = browser.submit(&form.fill("email", "jane@nowhere")).await;
    let page = page.expect(422, "/forgot-password-form");
    assert_eq!(
        page.form("/forgot-password-form").value("email"),
        "jane@nowhere"
    );
}

#[tokio::test]
async fn opening_the_page_changes_nothing() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    for target in [
        "/reset-password",
        "/reset-password/",
        "/reset-password-form",
        "/reset-password?x=y",
    ] {
        app.get(target).await.expect(200);
        app.request("HEAD", target).await.expect(200);
    }
    super::reset(&app, &code, NEW).await.expect(204);
}

#[tokio::test]
async fn programs_get_json_from_the_form() {
    let app = TestApp::start().await;
    let fields = [("token", "A"), ("password", NEW)];
    let request = app.post_form("/reset-password-form", &fields);
    let answer = request.header("accept", "application/json").await;
    answer.expect_refusal(400, super::INVALID);
}
