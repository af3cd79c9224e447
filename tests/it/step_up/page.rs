//! `GET /confirm-password` and its form.

use crate::sessions::{browser, over, sid};
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

const PATH: &str = "/confirm-password";

#[tokio::test]
async fn leads_on_with_another_cookie() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let old = browser.cookie("access_token").unwrap();
    let page = browser.open("/confirm-password?next=/sessions").await;
    let form = page.form(PATH).fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, "/sessions");
    let new = browser.cookie("access_token").unwrap();
    assert_ne!(sid(&old), sid(&new));
    assert_eq!(over(&app, &old).await, "renewed");
}

#[tokio::test]
async fn says_what_was_wrong() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let form = browser
        .open("/confirm-password?next=/sessions")
        .await
        .form(PATH);
    let wrong = form.clone().fill("password", WRONG_PASSWORD);
    let page = browser.submit(&wrong).await.expect(403, PATH);
    page.shows("The password is not right.");
    let again = page.form(PATH);
    assert_eq!(again.value("next"), "/sessions", "it still leads there");
    assert_eq!(again.value("password"), "");
    let page = browser.submit(&form).await.expect(422, PATH);
    page.shows("Enter your password.");
    let cookie = browser.cookie("access_token").unwrap();
    app.get("/myaccount")
        .cookie("access_token", &cookie)
        .await
        .expect(200);
}

#[tokio::test]
async fn leads_to_no_other_site() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/%2Fevil.example",
        "/%5Cevil.example",
        "javascript:alert(1)",
        "",
    ] {
        let page = browser.open(&format!("{PATH}?next={next}")).await;
        assert_eq!(page.form(PATH).value("next"), "/dashboard", "{next}");
        let mut form = page.form(PATH).fill("password", PASSWORD);
        form = form.fill("next", next);
        browser.submit(&form).await.expect(200, "/dashboard");
    }
}

#[tokio::test]
async fn is_for_those_who_are_signed_in_and_for_no_other_site() {
    let app = TestApp::start().await;
    let answer = app.get("/confirm-password?next=/sessions").await;
    assert!(
        answer
            .expect(303)
            .header("location")
            .starts_with("/login-form?next=")
    );
    let answer = app.post_form(PATH, &[("password", PASSWORD)]).await;
    assert_eq!(answer.expect(303).header("location"), "/login-form");
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let form = browser.open(PATH).await.form(PATH);
    let form = form.fill("password", PASSWORD);
    browser.submit_from_elsewhere(&form).await.expect(403);
}
