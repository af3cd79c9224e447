//! `POST /logout`: the session is over, whoever asks gets the same answer, and another site ends nothing.

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn ends_the_session_of_the_header() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let other = app.log_in(&admin.email).await;
    let answer = app.post("/logout").bearer(&admin.token).await.expect(303);
    assert_eq!(answer.header("location"), "/");
    assert!(answer.body.is_empty());
    app.get("/myaccount")
        .bearer(&admin.token)
        .await
        .expect_refusal(401, "Authentication required");
    app.get("/myaccount").bearer(&other).await.expect(200);
}

#[tokio::test]
async fn ends_the_session_of_the_cookie_and_deletes_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let answer = app
        .post("/logout")
        .cookie("access_token", &admin.token)
        .await
        .expect(303);
    let cookies = answer.set_cookies();
    assert_eq!(cookies.len(), 1);
    assert!(
        cookies[0].starts_with("access_token=;") && cookies[0].contains("Max-Age=0"),
        "{cookies:?}"
    );
    app.get("/myaccount")
        .cookie("access_token", &admin.token)
        .await
        .expect(401);
}

#[tokio::test]
async fn ends_both_when_both_are_sent() {
    let app = TestApp::start().await;
    let (header, cookie) = (
        app.admin().await.token.clone(),
        app.log_in("admin@example.com").await,
    );
    app.post("/logout")
        .bearer(&header)
        .cookie("access_token", &cookie)
        .await
        .expect(303);
    for token in [header, cookie] {
        app.get("/myaccount").bearer(&token).await.expect(401);
    }
}

#[tokio::test]
async fn answers_alike_whoever_asks() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let ask = |token: Option<&str>| {
        let request = app.post("/logout");
        match token {
            Some(token) => request.bearer(token).cookie("access_token", token),
            None => request,
        }
    };
    for token in [
        None,
        Some("nonsense"),
        Some("a.b.c"),
        Some(""),
        Some(&admin.token),
        Some(&admin.token),
    ] {
        let answer = ask(token).await.expect(303);
        assert_eq!(answer.header("location"), "/");
        assert!(answer.set_cookies()[0].contains("Max-Age=0"));
    }
    // One that has run out is deleted as well.
    let token = app.log_in(&admin.email).await;
    app.clock.advance(app.config.session.lifetime.get());
    assert!(ask(Some(&token)).await.expect(303).set_cookies()[0].contains("Max-Age=0"));
    // A body, whatever it is, is not looked at.
    app.post("/logout")
        .body("application/json", "{")
        .await
        .expect(303);
}

#[tokio::test]
async fn ends_nothing_for_another_site() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let answer = app
            .post("/logout")
            .cookie("access_token", &admin.token)
            .header(name, value)
            .await
            .expect(303);
        assert_eq!(answer.header("location"), "/");
        assert!(
            answer.set_cookies().is_empty(),
            "the browser keeps its cookie"
        );
        app.get("/myaccount")
            .cookie("access_token", &admin.token)
            .await
            .expect(200);
    }
    app.post("/logout")
        .cookie("access_token", &admin.token)
        .header("sec-fetch-site", "same-origin")
        .await
        .expect(303);
    app.get("/myaccount")
        .cookie("access_token", &admin.token)
        .await
        .expect(401);
}

#[tokio::test]
async fn is_felt_by_every_node_at_the_next_request() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let admin = app.admin().await;
    node.get("/myaccount")
        .bearer(&admin.token)
        .await
        .expect(200);
    app.post("/logout").bearer(&admin.token).await.expect(303);
    node.get("/myaccount")
        .bearer(&admin.token)
        .await
        .expect(401);
}

#[tokio::test]
async fn logs_a_browser_out_by_the_button_on_every_page() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let page = browser
        .submit(
            &form
                .fill("username", "admin@example.com")
                .fill("password", PASSWORD),
        )
        .await;
    let token = browser.cookie("access_token").unwrap();
    let page = browser.submit(&page.form("/logout")).await.expect(200, "/");
    assert!(page.html.contains("/login-form"));
    assert_eq!(browser.cookie("access_token"), None);
    app.get("/myaccount").bearer(&token).await.expect(401);
    assert_eq!(browser.open("/dashboard").await.path, "/login-form");
}
