//! A browser that has logged in before: a stranger's guesses do not shut its owner out.

use super::{LOCKED, guess, lock_out, try_password};
use crate::support::{Browser, PASSWORD, Person, TestApp, WRONG_PASSWORD};

/// Fills in the login form and answers the status of the page behind it.
async fn log_in(browser: &Browser<'_>, email: &str, password: &str) -> u16 {
    let form = browser.open("/login-form").await.form("/login_with_form/");
    browser
        .submit(&form.fill("username", email).fill("password", password))
        .await
        .status
}

/// Somebody, and his browser, which has logged in and out.
async fn known(app: &TestApp) -> (Person, Browser<'_>) {
    let jane = app.verified_user("jane@example.com").await;
    let browser = app.browser();
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
    browser.forget("access_token");
    (jane, browser)
}

#[tokio::test]
async fn is_known_by_a_cookie_that_lasts() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let fields = [("username", admin.email.as_str()), ("password", PASSWORD)];
    let answer = app
        .post_form("/login_with_form/", &fields)
        .await
        .expect(303);
    let life = app.config.session.device_lifetime.get().as_secs();
    let cookies = answer.set_cookies();
    let device = cookies
        .iter()
        .find(|line| line.starts_with("device="))
        .expect("a device");
    for part in [
        "HttpOnly".to_owned(),
        "Path=/".into(),
        "SameSite=Lax".into(),
        format!("Max-Age={life}"),
    ] {
        assert!(device.contains(&part), "{device}");
    }
    let wrong = [
        ("username", admin.email.as_str()),
        ("password", WRONG_PASSWORD),
    ];
    let answer = app
        .post_form("/login_with_form/", &wrong)
        .header("accept", "text/html")
        .await;
    assert!(
        answer.expect(401).set_cookies().is_empty(),
        "a wrong password makes nobody known"
    );
}

#[tokio::test]
async fn is_let_in_while_strangers_are_locked_out() {
    let app = TestApp::start().await;
    let (jane, browser) = known(&app).await;
    lock_out(&app, &jane.email).await;
    assert_eq!(log_in(&app.browser(), &jane.email, PASSWORD).await, 403);
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
    // Its success is not the strangers' success.
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
}

#[tokio::test]
async fn is_known_over_the_api_as_well() {
    let app = TestApp::start().await;
    let (jane, browser) = known(&app).await;
    let device = browser.cookie("device").expect("a device");
    lock_out(&app, &jane.email).await;
    let fields = [("username", jane.email.as_str()), ("password", PASSWORD)];
    app.post_form("/login/", &fields)
        .cookie("device", &device)
        .await
        .expect(200);
}

#[tokio::test]
async fn has_five_tries_of_its_own() {
    let app = TestApp::start().await;
    let (jane, browser) = known(&app).await;
    guess(&app, &jane.email, 4).await;
    for _ in 0..5 {
        assert_eq!(log_in(&browser, &jane.email, WRONG_PASSWORD).await, 401);
    }
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 403);
    // Nobody else is shut out by that.
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn is_shut_out_only_for_a_while() {
    let app = TestApp::start().await;
    let (jane, browser) = known(&app).await;
    for _ in 0..5 {
        assert_eq!(log_in(&browser, &jane.email, WRONG_PASSWORD).await, 401);
    }
    app.clock.advance(app.config.login.lock_first.get());
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
}

#[tokio::test]
async fn two_devices_are_counted_apart() {
    let app = TestApp::start().await;
    let (jane, first) = known(&app).await;
    let second = app.browser();
    assert_eq!(log_in(&second, &jane.email, PASSWORD).await, 200);
    assert_ne!(first.cookie("device"), second.cookie("device"));
    for _ in 0..5 {
        assert_eq!(log_in(&first, &jane.email, WRONG_PASSWORD).await, 401);
    }
    assert_eq!(log_in(&first, &jane.email, PASSWORD).await, 403);
    assert_eq!(log_in(&second, &jane.email, PASSWORD).await, 200);
}

#[tokio::test]
async fn is_known_for_one_address_only() {
    let app = TestApp::start().await;
    let (_, browser) = known(&app).await;
    let ann = app.verified_user("ann@example.com").await;
    lock_out(&app, &ann.email).await;
    assert_eq!(log_in(&browser, &ann.email, PASSWORD).await, 403);
}

#[tokio::test]
async fn opens_no_account_that_an_administrator_has_locked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (jane, browser) = known(&app).await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 403);
}

#[tokio::test]
async fn is_forgiven_by_an_administrator_with_the_rest() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (jane, browser) = known(&app).await;
    for _ in 0..5 {
        assert_eq!(log_in(&browser, &jane.email, WRONG_PASSWORD).await, 401);
    }
    app.post(&format!("/users/{}/unlock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
}
