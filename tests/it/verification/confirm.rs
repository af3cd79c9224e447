//! `POST /verify-email/{user_id}/{token}`: the button on the page behind the link.

use super::{INVALID, guess};
use crate::support::TestApp;

async fn newcomer(app: &TestApp) -> (String, String) {
    app.admin().await;
    let user = app.register("ann@example.com").await;
    (
        user["id"].as_str().unwrap().to_owned(),
        app.verify_link("ann@example.com").await,
    )
}

#[tokio::test]
async fn verifies_by_the_button_of_the_page() {
    let app = TestApp::start().await;
    let (_, link) = newcomer(&app).await;
    let browser = app.browser();
    let page = browser.open(&link).await.expect(200, &link);
    let form = page.form("");
    assert_eq!(form.action, link);
    browser.submit(&form).await.expect(200, "/");
    app.log_in("ann@example.com").await;
    let again = browser.submit(&form).await.expect(400, &link);
    again.shows("This link is not valid");
}

#[tokio::test]
async fn redirects_a_program() {
    let app = TestApp::start().await;
    let (id, link) = newcomer(&app).await;
    app.post(&guess(&id)).await.expect_refusal(400, INVALID);
    let answer = app.post(&link).await.expect(303);
    assert_eq!(answer.header("location"), "/");
    app.post(&link).await.expect_refusal(400, INVALID);
}

#[tokio::test]
async fn needs_no_session_and_looks_at_no_body() {
    let app = TestApp::start().await;
    let (_, link) = newcomer(&app).await;
    let admin = app.admin().await;
    // The token is the proof; somebody else's session in the browser changes nothing.
    let request = app
        .post(&link)
        .body("application/json", "{nonsense")
        .cookie("access_token", &admin.token);
    request.await.expect(303);
    app.log_in("ann@example.com").await;
}

#[tokio::test]
async fn names_what_is_no_uuid() {
    let app = TestApp::start().await;
    assert_eq!(
        app.post("/verify-email/7/token").await.fault()["type"],
        "uuid_parsing"
    );
}
