//! What every page of the console has.

use gatepost::roles::Role;

use super::form_token;
use crate::sessions::browser;
use crate::support::{TestApp, app_with};

const BROWSER: &str = "text/html";

#[tokio::test]
async fn sends_a_stranger_to_log_in_and_back() {
    let app = TestApp::start().await;
    app.admin().await;
    let answer = app
        .get("/admin/people?q=a")
        .header("accept", BROWSER)
        .await
        .expect(303);
    assert_eq!(
        answer.header("location"),
        "/login-form?next=%2Fadmin%2Fpeople%3Fq%3Da"
    );
    let answer = app
        .post("/admin/people/act")
        .header("accept", BROWSER)
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/login-form?next=%2Fadmin");
}

#[tokio::test]
async fn tells_a_user_that_it_is_not_his_and_writes_it_down() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let page = browser.open("/admin").await.expect(403, "/admin");
    page.shows("That is not allowed");
    let page = browser.open("/dashboard").await;
    assert!(!page.html.contains("\"/admin\""));
    assert_eq!(crate::recovery::noted(&app, "access_denied").await.len(), 1);
}

#[tokio::test]
async fn shows_staff_the_way_in_and_where_they_are() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let browser = browser(&app, &manager.email).await;
    let page = browser.open("/dashboard").await;
    assert!(page.html.contains("<a href=\"/admin\""));
    let page = browser.open("/admin").await.expect(200, "/admin");
    page.shows("Skip to the content")
        .shows("Overview")
        .shows("Log out");
    assert!(
        page.html
            .contains("<a href=\"/admin\" aria-current=\"page\">")
    );
    assert!(page.html.contains("<a href=\"/admin/people\">"));
}

#[tokio::test]
async fn shows_the_range_that_is_asked_for_and_says_what_is_wrong_with_one() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open("/admin?from=2026-01-01&to=2026-01-03").await;
    page.shows("2026-01-02");
    let path = "/admin?from=never";
    let page = browser.open(path).await.expect(422, path);
    page.shows("This is no date");
}

#[tokio::test]
async fn refuses_a_form_that_was_not_made_for_this_session() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let target = format!("/admin/people/{}/act/lock", john.id);
    for token in ["", "nonsense", &form_token(&app, &jane)] {
        let request = app.post_form(&target, &[("csrf_token", token)]);
        request.bearer(&admin.token).await.expect(403);
    }
    app.get("/myaccount").bearer(&john.token).await.expect(200);
}

#[tokio::test]
async fn asks_for_the_password_again_before_what_is_dangerous() {
    let app = app_with(crate::support::patient).await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    let path = format!("/admin/people/{}/act/delete", jane.id);
    let question = browser.open(&path).await.expect(200, &path).form(&path);
    app.clock.advance(app.config.session.fresh.get());
    let confirm = browser.submit(&question).await;
    assert_eq!(
        confirm.path,
        format!("/confirm-password?next={}", path.replace('/', "%2F"))
    );
    let form = confirm
        .form("/confirm-password")
        .fill("password", crate::support::PASSWORD);
    // It asks once more, and has done nothing yet.
    let again = browser.submit(&form).await.expect(200, &path).form(&path);
    app.get("/myaccount").bearer(&jane.token).await.expect(200);
    browser
        .submit(&again)
        .await
        .expect(200, "/admin/people?done=delete");
    app.get("/myaccount").bearer(&jane.token).await.expect(401);
}
