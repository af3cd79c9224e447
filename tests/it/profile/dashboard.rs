//! `GET /dashboard` and its form.

use serde_json::{Value, json};

use super::own;
use crate::support::browser::Page;
use crate::support::{Browser, PASSWORD, Person, TestApp};

/// Somebody with an open dashboard.
pub async fn opened(app: &TestApp) -> (Person, Browser<'_>, Page) {
    let jane = app.verified_user("jane@example.com").await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let filled = form
        .fill("username", &jane.email)
        .fill("password", PASSWORD);
    let page = browser.submit(&filled).await.expect(200, "/dashboard");
    (jane, browser, page)
}

#[tokio::test]
async fn greets_by_name_and_else_by_nickname() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    let nickname = own(&app, &jane.token).await["nickname"]
        .as_str()
        .unwrap()
        .to_owned();
    page.shows(&format!("Hello, {nickname}"));
    let named = json!({"first_name": "Jane"});
    app.put_json("/myaccount/", &named)
        .bearer(&jane.token)
        .await
        .expect(200);
    browser.open("/dashboard").await.shows("Hello, Jane");
}

#[tokio::test]
async fn shows_the_profile_and_never_a_token() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    page.shows("jane@example.com").shows("confirmed");
    let form = page.form("/dashboard/profile");
    assert_eq!(form.value("email"), "jane@example.com");
    assert_eq!(form.value("bio"), "");
    for token in [
        browser.cookie("access_token").unwrap(),
        browser.cookie("device").unwrap(),
        jane.token,
    ] {
        assert!(!page.html.contains(&token), "{}", page.html);
    }
}

#[tokio::test]
async fn leads_to_the_login_when_nobody_is_signed_in() {
    let app = TestApp::start().await;
    let answer = app.get("/dashboard").await.expect(303);
    assert_eq!(answer.header("location"), "/login-form");
    let answer = app
        .post_form("/dashboard/profile", &[("bio", "x")])
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/login-form");
}

#[tokio::test]
async fn saves_what_was_typed() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    let form = page.form("/dashboard/profile");
    let form = form
        .fill("first_name", "Jane")
        .fill("bio", "Line one\nLine two")
        .fill("nickname", "janet");
    let page = browser
        .submit(&form)
        .await
        .expect(200, "/dashboard/profile");
    page.shows("Saved.").shows("Hello, Jane");
    let shown = own(&app, &jane.token).await;
    assert_eq!(
        (&shown["first_name"], &shown["nickname"]),
        (&json!("Jane"), &json!("janet"))
    );
    assert_eq!(
        shown["bio"].as_str().unwrap().replace("\r\n", "\n"),
        "Line one\nLine two"
    );
}

#[tokio::test]
async fn clears_what_was_emptied() {
    let app = TestApp::start().await;
    let (jane, browser, _) = opened(&app).await;
    let details = json!({"first_name": "Jane", "bio": "Sea captain.", "github_profile_url": "https://github.com/jane"});
    app.put_json("/myaccount/", &details)
        .bearer(&jane.token)
        .await
        .expect(200);
    let form = browser.open("/dashboard").await.form("/dashboard/profile");
    let form = form.fill("bio", "").fill("github_profile_url", "");
    browser
        .submit(&form)
        .await
        .expect(200, "/dashboard/profile")
        .shows("Saved.");
    let shown = own(&app, &jane.token).await;
    assert_eq!(
        (&shown["bio"], &shown["github_profile_url"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(shown["first_name"], "Jane");
}

#[tokio::test]
async fn says_what_was_wrong_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    let before = own(&app, &jane.token).await;
    let form = page.form("/dashboard/profile");
    let form = form
        .fill("github_profile_url", "github")
        .fill("nickname", "j")
        .fill("first_name", "Jane");
    let page = browser
        .submit(&form)
        .await
        .expect(422, "/dashboard/profile");
    page.shows("Enter a whole web address")
        .shows("at least 3 characters");
    let again = page.form("/dashboard/profile");
    assert_eq!(again.value("github_profile_url"), "github");
    assert_eq!(again.value("nickname"), "j");
    assert_eq!(again.value("first_name"), "Jane");
    assert_eq!(own(&app, &jane.token).await, before);

    let admin = own(&app, &app.admin().await.token).await;
    let taken = again
        .fill("github_profile_url", "")
        .fill("nickname", admin["nickname"].as_str().unwrap());
    let page = browser
        .submit(&taken)
        .await
        .expect(400, "/dashboard/profile");
    page.shows("Nickname already exists.");
    assert_eq!(own(&app, &jane.token).await, before);
}

#[tokio::test]
async fn tells_that_a_new_address_waits_for_its_link() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    let form = page
        .form("/dashboard/profile")
        .fill("email", "new@example.com");
    let page = browser
        .submit(&form)
        .await
        .expect(200, "/dashboard/profile");
    page.shows("Your new address takes effect when you follow the link");
    assert_eq!(own(&app, &jane.token).await["email"], "jane@example.com");
    app.get(&app.verify_link("new@example.com").await)
        .await
        .expect(307);
    browser.open("/dashboard").await.shows("new@example.com");
}

#[tokio::test]
async fn refuses_what_another_site_or_an_old_form_sends() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    let before = own(&app, &jane.token).await;
    let form = page.form("/dashboard/profile").fill("bio", "Forged.");
    browser.submit_from_elsewhere(&form).await.expect(403);
    for forged in ["", "x", "a.b"] {
        let form = form.clone().fill("csrf_token", forged);
        browser
            .submit(&form)
            .await
            .expect(403, "/dashboard/profile");
    }
    // The form of another session of the same person.
    let other = app.browser();
    let log_in = other.open("/login-form").await.form("/login_with_form/");
    let log_in = log_in
        .fill("username", &jane.email)
        .fill("password", PASSWORD);
    let foreign = other
        .submit(&log_in)
        .await
        .form("/dashboard/profile")
        .fill("bio", "Forged.");
    browser
        .submit(&foreign)
        .await
        .expect(403, "/dashboard/profile");
    let shown = own(&app, &jane.token).await;
    assert_eq!(shown["bio"], before["bio"]);
    browser
        .submit(&form)
        .await
        .expect(200, "/dashboard/profile");
}

#[tokio::test]
async fn gives_no_role() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    let mut form = page.form("/dashboard/profile");
    form.fields.push(("role".into(), "ADMIN".into()));
    browser
        .submit(&form)
        .await
        .expect(403, "/dashboard/profile");
    assert_eq!(own(&app, &jane.token).await["role"], "AUTHENTICATED");
}

#[tokio::test]
async fn shows_what_people_typed_as_text() {
    let app = TestApp::start().await;
    let (jane, browser, _) = opened(&app).await;
    let typed = "<script>alert(1)</script>\"'&";
    let body =
        json!({"first_name": typed, "last_name": typed, "bio": format!("</textarea>{typed}")});
    app.put_json("/myaccount/", &body)
        .bearer(&jane.token)
        .await
        .expect(200);
    let page = browser.open("/dashboard").await.expect(200, "/dashboard");
    assert!(!page.html.contains("<script>alert"), "{}", page.html);
    page.shows(&format!("Hello, {typed}"));
    let form = page.form("/dashboard/profile");
    assert_eq!(form.value("last_name"), typed);
    assert_eq!(form.value("bio"), format!("</textarea>{typed}"));
}

#[tokio::test]
async fn asks_for_the_password_before_it_takes_another_address() {
    let app = TestApp::start().await;
    let (jane, browser, page) = opened(&app).await;
    app.clock.advance(app.config.session.fresh.get());
    let form = page
        .form("/dashboard/profile")
        .fill("email", "new@example.com");
    let asked = browser.submit(&form).await;
    let asked = asked.expect(200, "/confirm-password?next=/dashboard%3Fdone%3Dconfirmed");
    assert!(app.mails_to("new@example.com").await.is_empty());
    let confirm = asked.form("/confirm-password").fill("password", PASSWORD);
    let page = browser.submit(&confirm).await;
    let page = page.expect(200, "/dashboard?done=confirmed");
    page.shows("Now type your new address once more");
    let form = page
        .form("/dashboard/profile")
        .fill("email", "new@example.com");
    browser
        .submit(&form)
        .await
        .expect(200, "/dashboard/profile")
        .shows("Your new address takes effect when you follow the link");
    assert_eq!(app.mails_to("new@example.com").await.len(), 1);
    assert_eq!(
        own(&app, &app.log_in(&jane.email).await).await["email"],
        "jane@example.com"
    );
}

#[tokio::test]
async fn leads_to_what_people_can_do_with_their_account() {
    let app = TestApp::start().await;
    let (_, browser, page) = opened(&app).await;
    for path in ["/sessions", "/history", "/change-password", "/leave"] {
        assert!(page.html.contains(&format!("href=\"{path}\"")), "{path}");
        browser.open(path).await.expect(200, path);
    }
}
