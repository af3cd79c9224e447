//! The login form, as a browser without scripts uses it.

use super::{LOCKED, WRONG, wrong};
use crate::support::browser::Page;
use crate::support::{Browser, PASSWORD, TestApp, WRONG_PASSWORD};

const ACTION: &str = "/login_with_form/";

async fn log_in(browser: &Browser<'_>, email: &str, password: &str) -> Page {
    let form = browser.open("/login-form").await.form(ACTION);
    browser
        .submit(&form.fill("username", email).fill("password", password))
        .await
}

#[tokio::test]
async fn leads_to_the_dashboard_with_a_cookie_that_scripts_cannot_read() {
    let app = TestApp::start().await;
    app.admin().await;
    let answer = app
        .post_form(
            ACTION,
            &[("username", "admin@example.com"), ("password", PASSWORD)],
        )
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/dashboard");
    let cookie = answer
        .set_cookies()
        .into_iter()
        .find(|line| line.starts_with("access_token="))
        .expect("a session");
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
    assert!(
        cookie.contains(&format!(
            "Max-Age={}",
            app.config.session.lifetime.get().as_secs()
        )),
        "{cookie}"
    );

    let browser = app.browser();
    let page = log_in(&browser, "admin@example.com", PASSWORD)
        .await
        .expect(200, "/dashboard");
    let token = browser.cookie("access_token").unwrap();
    assert!(!page.html.contains(&token), "a page never prints a token");
    app.get("/myaccount")
        .cookie("access_token", &token)
        .await
        .expect(200);
}

#[tokio::test]
async fn sets_a_cookie_for_https_only_where_the_site_is_https() {
    let app = TestApp::with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
    })
    .await;
    app.register("ann@example.com").await;
    gatepost::db::Run::execute(&app.db, "UPDATE accounts SET email_verified_at = 1", &[])
        .await
        .unwrap();
    let answer = app
        .post_form(
            ACTION,
            &[("username", "ann@example.com"), ("password", PASSWORD)],
        )
        .await
        .expect(303);
    let cookies = answer.set_cookies();
    assert!(
        cookies.len() >= 2
            && cookies
                .iter()
                .all(|line| line.starts_with("__Host-") && line.contains("; Secure")),
        "{cookies:?}"
    );
    let token = cookies[0].split(['=', ';']).nth(1).unwrap();
    app.get("/myaccount")
        .cookie("__Host-access_token", token)
        .await
        .expect(200);
    app.get("/myaccount")
        .cookie("access_token", token)
        .await
        .expect(401);
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age=")
    );
}

#[tokio::test]
async fn says_what_was_wrong_and_keeps_the_address_but_not_the_password() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    app.register("new@example.com").await;
    let browser = app.browser();
    let page = log_in(&browser, &ann.email, WRONG_PASSWORD)
        .await
        .expect(401, ACTION);
    page.shows(WRONG);
    let form = page.form(ACTION);
    assert_eq!(
        (form.value("username"), form.value("password")),
        (ann.email.as_str(), "")
    );
    log_in(&browser, "new@example.com", PASSWORD)
        .await
        .expect(401, ACTION)
        .shows("Email not verified.");
    log_in(&browser, "", "").await.expect(422, ACTION);
    log_in(&browser, "<b>\"x", "").await.expect(422, ACTION);
    for _ in 0..4 {
        wrong(&app, &ann.email).await.expect(401);
    }
    log_in(&browser, &ann.email, PASSWORD)
        .await
        .expect(403, ACTION)
        .shows(LOCKED);
    assert_eq!(browser.cookie("access_token"), None);
}

#[tokio::test]
async fn says_when_to_come_back() {
    let app = TestApp::with(|config| config.login.failures_per_network = 1).await;
    let browser = app.browser();
    log_in(&browser, "a@example.com", WRONG_PASSWORD)
        .await
        .expect(401, ACTION);
    let page = log_in(&browser, "b@example.com", WRONG_PASSWORD)
        .await
        .expect(429, ACTION);
    page.shows("Too many requests");
    assert!(
        page.answer
            .header("retry-after")
            .parse::<u64>()
            .is_ok_and(|seconds| seconds > 0),
        "{:?}",
        page.answer.headers
    );
}

#[tokio::test]
async fn answers_json_to_whoever_asks_for_it() {
    let app = TestApp::start().await;
    app.admin().await;
    let send = |fields: &[(&str, &str)]| {
        app.post_form(ACTION, fields)
            .header("accept", "application/json")
    };
    send(&[
        ("username", "admin@example.com"),
        ("password", WRONG_PASSWORD),
    ])
    .await
    .expect_refusal(401, WRONG);
    assert_eq!(send(&[]).await.faults().len(), 2);
    send(&[("username", "admin@example.com"), ("password", PASSWORD)])
        .await
        .expect(303);
}

#[tokio::test]
async fn logs_nobody_in_for_another_site() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form(ACTION);
    let answer = browser
        .submit_from_elsewhere(
            &form
                .fill("username", "admin@example.com")
                .fill("password", PASSWORD),
        )
        .await;
    assert_eq!(answer.status, 403);
    assert!(answer.set_cookies().is_empty());
}

#[tokio::test]
async fn leads_nowhere_that_the_request_names() {
    let app = TestApp::start().await;
    app.admin().await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ] {
        let fields = [
            ("username", "admin@example.com"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = app.post_form(ACTION, &fields).await.expect(303);
        assert_eq!(answer.header("location"), "/dashboard");
    }
}
