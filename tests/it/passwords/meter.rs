//! The field in which a password is chosen: a hint without a script, and what the script needs.

use crate::support::{TestApp, app_with};

#[tokio::test]
async fn the_hint_says_the_limits_of_the_settings() {
    let page = TestApp::start()
        .await
        .get("/register-form")
        .await
        .expect(200);
    assert!(
        page.body.contains("At least 8 characters."),
        "{}",
        page.body
    );
    assert!(
        page.body.contains(r#"minlength="8" data-max="128""#),
        "{}",
        page.body
    );
    let longer = app_with(|config| {
        config.passwords.min_length = 15;
        config.passwords.max_length = 64;
    });
    let page = longer.await.get("/register-form").await.expect(200);
    assert!(
        page.body.contains("At least 15 characters."),
        "{}",
        page.body
    );
    assert!(
        page.body.contains(r#"minlength="15" data-max="64""#),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_password_that_is_only_typed_has_no_limits() {
    let page = TestApp::start().await.get("/login-form").await.expect(200);
    assert!(
        page.body.contains(r#"autocomplete="current-password""#),
        "{}",
        page.body
    );
    assert!(
        !page.body.contains("minlength") && !page.body.contains("data-max"),
        "{}",
        page.body
    );
}
