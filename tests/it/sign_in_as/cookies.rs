//! In a browser: the two cookies, the banner, and the way back.

use gatepost::sessions::ACTING_LASTS;

use super::{REFUSED, act_as, act_in};
use crate::sessions::{browser, claims, over};
use crate::support::{PASSWORD, TestApp, app_with};

const END: &str = "/sign-in-as/end";

#[tokio::test]
async fn the_banner_stands_on_every_page_and_leads_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    let own = browser.cookie("access_token").unwrap();
    act_in(&browser, &jane.id).await;
    assert_eq!(browser.cookie("access_token"), Some(own.clone()));
    for (path, status) in [
        ("/", 200),
        ("/dashboard", 200),
        ("/sessions", 200),
        ("/history", 200),
        ("/register-form", 403),
        ("/forgot-password-form", 403),
        ("/change-password", 403),
        ("/admin", 403),
        ("/there-is-no-such-page", 404),
    ] {
        let page = browser.open(path).await.expect(status, path);
        page.shows("for support, until")
            .shows("The person was told.");
        assert_eq!(page.form(END).fields, []);
    }
    // The documentation sends no forms.
    let page = browser.open("/docs").await.expect(200, "/docs");
    page.shows("for support, until");
    assert!(!page.html.contains(END));
    let page = browser.open("/dashboard").await;
    page.shows("jane@example.com");
    let back = browser.submit(&page.form(END)).await;
    let person = format!("/admin/people/{}", jane.id);
    let back = back.expect(200, &person);
    assert!(!back.html.contains("for support, until"));
    assert_eq!(browser.cookie("acting"), None);
    assert_eq!(browser.cookie("access_token"), Some(own));
}

#[tokio::test]
async fn the_cookie_is_no_way_to_the_administrators_session() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    act_in(&browser, &jane.id).await;
    let stolen = browser.cookie("acting").unwrap();
    let claims = claims(&stolen);
    assert_eq!(claims["sub"], jane.id.as_str());
    let thief = app.browser();
    let ask = |path: &str| {
        let request = app.get(path).header("sec-fetch-site", "none");
        request.cookie("acting", &stolen)
    };
    thief.send(ask("/myaccount")).await.expect(200);
    thief.send(ask("/admin")).await.expect(403);
    // It is no token of a login, and opens nothing in that cookie.
    app.get("/myaccount")
        .cookie("access_token", &stolen)
        .await
        .expect(401);
    let page = app.get("/").header("accept", "text/html");
    let page = page.cookie("access_token", &stolen).await.expect(200);
    assert!(!page.body.contains("for support, until"));
    let end = app.post(END).header("sec-fetch-site", "same-origin");
    let answer = thief.send(end.cookie("acting", &stolen)).await.expect(303);
    let set: Vec<String> = answer
        .set_cookies()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(set.iter().all(|line| line.contains("Max-Age=0")), "{set:?}");
    assert_eq!(thief.cookie("access_token"), None);
    assert_eq!(over(&app, &stolen).await, "support_ended");
}

/// What was begun as the one must not be finished as the other.
#[tokio::test]
async fn a_browser_is_nobody_when_the_time_is_over_until_it_goes_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    act_in(&browser, &jane.id).await;
    let form = browser.open("/dashboard").await.form("/dashboard/profile");
    app.clock.advance(ACTING_LASTS);
    let page = browser.submit(&form.fill("bio", "Written for Jane.")).await;
    page.expect(200, "/login-form");
    let request = app
        .put_json(
            "/myaccount",
            &serde_json::json!({"bio": "Written for Jane."}),
        )
        .header("sec-fetch-site", "same-origin");
    browser.send(request).await.expect(401);
    let page = browser.open("/admin").await;
    assert!(page.path.starts_with("/login-form"), "{}", page.path);
    page.shows("You are not signed in as somebody else any more");
    assert!(!page.html.contains("Signed out:"), "said to whom it is not");
    browser.submit(&page.form(END)).await;
    let page = browser.open("/dashboard").await;
    page.shows("admin@example.com");
    let own = app.log_in(&admin.email).await;
    let own = app.get("/myaccount").bearer(&own).await;
    assert_eq!(own.expect(200).json()["bio"], serde_json::json!(null));
}

#[tokio::test]
async fn another_site_ends_nothing_and_begins_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    let path = format!("/admin/people/{}/sign-in-as", jane.id);
    let form = browser.open(&path).await.form(&path);
    let form = form.fill("reason", super::REASON);
    browser.submit_from_elsewhere(&form).await.expect(403);
    assert_eq!(browser.cookie("acting"), None);
    act_in(&browser, &jane.id).await;
    let page = browser.open("/dashboard").await;
    browser
        .submit_from_elsewhere(&page.form(END))
        .await
        .expect(303);
    assert!(browser.cookie("acting").is_some());
    let profile = page.form("/dashboard/profile");
    browser.submit_from_elsewhere(&profile).await.expect(403);
    browser.open("/dashboard").await.expect(200, "/dashboard");
}

#[tokio::test]
async fn an_ordinary_token_in_that_cookie_is_nobodys() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for planted in [admin.token.as_str(), "nonsense", ""] {
        let request = app.get("/myaccount").cookie("acting", planted);
        request.await.expect(401);
        // Nor does it let the browser be whom its other cookie names, and ending it ends nobody's login.
        let request = app.get("/myaccount").cookie("access_token", &admin.token);
        request.cookie("acting", planted).await.expect(401);
        let end = app.post(END).header("sec-fetch-site", "same-origin");
        end.cookie("acting", planted).await.expect(303);
    }
    app.get("/myaccount").bearer(&admin.token).await.expect(200);
}

#[tokio::test]
async fn a_token_in_the_header_is_asked_first() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let acting = act_as(&app, admin, &jane.id).await;
    let own = app.get("/myaccount").bearer(&admin.token);
    let own = own.cookie("acting", &acting).await.expect(200).json();
    assert_eq!(own["id"], admin.id.as_str());
}

#[tokio::test]
async fn logging_out_ends_both() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    act_in(&browser, &jane.id).await;
    let (own, acting) = (
        browser.cookie("access_token").unwrap(),
        browser.cookie("acting").unwrap(),
    );
    let page = browser.open("/dashboard").await;
    browser.submit(&page.form("/logout")).await.expect(200, "/");
    assert_eq!(
        (browser.cookie("access_token"), browser.cookie("acting")),
        (None, None)
    );
    assert_eq!(over(&app, &own).await, "logout");
    assert_eq!(over(&app, &acting).await, "support_ended");
}

#[tokio::test]
async fn whoever_logs_in_is_himself() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    act_in(&browser, &jane.id).await;
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form
        .fill("username", &admin.email)
        .fill("password", PASSWORD);
    let page = browser.submit(&form).await.expect(200, "/dashboard");
    page.shows(&admin.email);
    assert_eq!(browser.cookie("acting"), None);
}

#[tokio::test]
async fn an_administrator_who_is_known_by_a_cookie_gets_no_token_that_scripts_could_read() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let path = format!("/users/{}/sign-in-as", jane.id);
    let body = serde_json::json!({"reason": super::REASON});
    let request = app
        .post_json(&path, &body)
        .cookie("access_token", &admin.token);
    let answer = request.await.expect(204);
    let set = answer.set_cookies();
    assert!(set.len() == 1 && set[0].starts_with("acting=") && set[0].contains("HttpOnly"));
}

#[tokio::test]
async fn the_password_page_is_refused_also_to_a_form_that_was_open_before() {
    let app = app_with(crate::support::patient).await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    let change = browser.open("/change-password").await;
    let confirm = browser.open("/confirm-password").await;
    act_in(&browser, &jane.id).await;
    let change = change
        .form("/change-password")
        .fill("current_password", PASSWORD)
        .fill("password", "correct horse battery");
    let confirm = confirm.form("/confirm-password").fill("password", PASSWORD);
    for form in [change, confirm] {
        let page = browser.submit(&form).await;
        assert_eq!(page.status, 403);
        page.shows(REFUSED);
    }
    app.log_in(&jane.email).await;
    app.log_in(&admin.email).await;
}
