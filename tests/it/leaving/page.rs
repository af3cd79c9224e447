//! `GET` and `POST /leave`

use crate::attempts::try_password;
use crate::support::{Browser, PASSWORD, TestApp, WRONG_PASSWORD};

async fn signed_in(app: &TestApp) -> Browser<'_> {
    app.verified_user("jane@example.com").await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form
        .fill("username", "jane@example.com")
        .fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, "/dashboard");
    browser
}

#[tokio::test]
async fn says_what_will_happen_and_deletes_the_account() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let page = browser.open("/leave").await.expect(200, "/leave");
    page.shows("Nobody can bring it back.");
    assert!(page.html.contains("href=\"/myaccount/export\""));
    let form = page.form("/leave").fill("password", PASSWORD);
    let done = browser.submit(&form).await;
    done.expect(200, "/leave/done")
        .shows("Your account is deleted");
    assert_eq!(browser.cookie("access_token"), None);
    browser.open("/dashboard").await.expect(200, "/login-form");
}

#[tokio::test]
async fn the_button_downloads_the_data() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let answer = browser.send(app.get("/myaccount/export")).await.expect(200);
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert_eq!(answer.json()["account"]["email"], "jane@example.com");
}

#[tokio::test]
async fn says_what_is_wrong() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let form = browser.open("/leave").await.form("/leave");
    let wrong = browser
        .submit(&form.clone().fill("password", WRONG_PASSWORD))
        .await;
    wrong
        .expect(403, "/leave")
        .shows("The password is not right.");
    let empty = browser.submit(&form).await;
    empty.expect(422, "/leave").shows("Fill this in.");
    try_password(&app, "jane@example.com", PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn the_last_administrator_is_told() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let form = [("password", PASSWORD)];
    let answer = app
        .post_form("/leave", &form)
        .cookie("access_token", &admin.token)
        .header("accept", "text/html")
        .await
        .expect(409);
    assert!(
        answer
            .body
            .contains("The last administrator cannot be removed.")
    );
}

#[tokio::test]
async fn says_how_long_there_is_to_think_it_over() {
    let app = TestApp::with(|config| config.accounts.deletion_grace = "7d".parse().unwrap()).await;
    let browser = signed_in(&app).await;
    let page = browser.open("/leave").await;
    page.shows("In 7 days your account is deleted");
    let form = page.form("/leave").fill("password", PASSWORD);
    let done = browser.submit(&form).await;
    done.expect(200, "/leave/done").shows("Log in before then");
}

#[tokio::test]
async fn is_for_those_who_are_signed_in() {
    let app = TestApp::start().await;
    let answer = app.get("/leave").await.expect(303);
    assert_eq!(answer.header("location"), "/login-form?next=%2Fleave");
    let answer = app
        .post_form("/leave", &[("password", PASSWORD)])
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/login-form");
}

#[tokio::test]
async fn refuses_what_another_site_sends() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let form = browser.open("/leave").await.form("/leave");
    let form = form.fill("password", PASSWORD);
    browser.submit_from_elsewhere(&form).await.expect(403);
    app.log_in("jane@example.com").await;
}
