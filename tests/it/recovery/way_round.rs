//! There is no way to somebody's new password but through his mail.

use serde_json::{Value, json};

use super::{NEW, ask, new_code, work};
use crate::attempts::try_password;
use crate::support::{PASSWORD, TestApp};

/// What a stranger can send in place of the code that he does not have.
fn tokens() -> Vec<Value> {
    vec![
        json!(""),
        json!(" "),
        json!(null),
        json!(true),
        json!(0),
        json!([]),
        json!([null]),
        json!({}),
        json!({"$ne": null}),
        json!("null"),
        json!("undefined"),
        json!("0"),
        json!("%"),
        json!("*"),
        json!("A".repeat(43)),
        json!("\u{0}"),
    ]
}

#[tokio::test]
async fn nothing_but_the_code_sets_a_password() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    ask(&app, &jane.email).await;
    work(&app).await;
    for path in [
        "/reset-password",
        "/reset-password-form",
        "/forgot-password",
        "/forgot-password-form",
        "/verify-email/resend",
        "/resend-verification",
    ] {
        for token in tokens() {
            let body =
                json!({"token": token, "password": NEW, "email": jane.email, "user_id": jane.id});
            let answer = app.post_json(path, &body).await;
            assert_ne!(answer.status, 204, "{path} {token}");
            let text = token
                .as_str()
                .map_or_else(|| token.to_string(), str::to_owned);
            let fields = [
                ("token", text.as_str()),
                ("password", NEW),
                ("email", jane.email.as_str()),
            ];
            let answer = app.post_form(path, &fields).await;
            assert_ne!(answer.status, 204, "{path} {token}");
            assert!(answer.set_cookies().is_empty());
        }
        let no_token = json!({"password": NEW, "email": jane.email});
        let answer = app.post_json(path, &no_token).await;
        assert_ne!(answer.status, 204, "{path}");
    }
    app.log_in(&jane.email).await;
    try_password(&app, &jane.email, NEW).await.expect(401);
}

#[tokio::test]
async fn the_steps_of_others_are_no_steps_of_mine() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let eve = app.verified_user("eve@example.com").await;
    let browser = app.browser();
    // Eve begins with Jane's address, and goes on with everything that her own browser can reach.
    let form = browser.open("/forgot-password-form").await;
    let form = form.form("/forgot-password-form");
    browser
        .submit(&form.fill("email", &jane.email))
        .await
        .expect(200, "/forgot-password-form/done");
    work(&app).await;
    let form = browser.open("/reset-password").await;
    let form = form.form("/reset-password-form");
    assert_eq!(form.value("token"), "", "the page knows no code");
    let form = form.fill("token", &"A".repeat(43)).fill("password", NEW);
    browser
        .submit(&form)
        .await
        .expect(400, "/reset-password-form");
    let of_eve = new_code(&app, &eve.email).await;
    let email = &jane.email;
    for (method, path, body) in [
        ("PUT", "/myaccount", json!({"password": NEW})),
        ("PUT", "/users/{id}", json!({"password": NEW})),
        (
            "POST",
            "/myaccount/password",
            json!({"current_password": of_eve, "password": NEW}),
        ),
        (
            "POST",
            "/register/",
            json!({"email": email, "password": NEW}),
        ),
        ("POST", "/verify-email/{id}/{code}", json!({})),
        (
            "PATCH",
            "/reset-password",
            json!({"email": email, "password": NEW}),
        ),
        (
            "PUT",
            "/reset-password",
            json!({"email": email, "password": NEW}),
        ),
    ] {
        let path = path.replace("{id}", &jane.id).replace("{code}", &of_eve);
        let request = app.request(method, &path).json(&body).bearer(&eve.token);
        let answer = request.await;
        assert!(answer.status >= 400, "{method} {path}: {answer:#?}");
    }
    try_password(&app, email, NEW).await.expect(401);
    try_password(&app, email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_code_is_no_credential_for_anything_else() {
    let app = TestApp::start().await;
    let eve = app.verified_user("eve@example.com").await;
    let code = new_code(&app, &eve.email).await;
    let own = app.get("/myaccount").bearer(&code).await;
    own.expect(401);
    let own = app.get("/myaccount").cookie("access_token", &code).await;
    own.expect(401);
    let refresh = json!({"refresh_token": code});
    app.post_json("/login/refresh", &refresh).await.expect(401);
    try_password(&app, &eve.email, &code).await.expect(401);
    super::reset(&app, &code, NEW).await.expect(204);
}

#[tokio::test]
async fn a_verification_link_sets_no_password_and_a_recovery_link_verifies_nothing() {
    let app = TestApp::start().await;
    app.admin().await;
    let user = app.register("jane@example.com").await;
    let link = app.verify_link("jane@example.com").await;
    let token = link.rsplit('/').next().unwrap();
    super::reset(&app, token, NEW).await.expect(400);
    let code = new_code(&app, "jane@example.com").await;
    let path = format!("/verify-email/{}/{code}", user["id"].as_str().unwrap());
    app.post(&path).await.expect(400);
    app.get(&link).await.expect(307);
}

#[tokio::test]
async fn another_site_cannot_send_the_form() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    let browser = app.browser();
    let form = browser
        .open("/reset-password")
        .await
        .form("/reset-password-form");
    let form = form.fill("token", &code).fill("password", NEW);
    let answer = browser.submit_from_elsewhere(&form).await;
    assert_eq!(answer.status, 403, "{answer:#?}");
    app.log_in("jane@example.com").await;
}
