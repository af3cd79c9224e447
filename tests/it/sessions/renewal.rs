//! New sessions in place of old ones: at a login, at a confirmed password and at a new one.

use gatepost::config::Period;
use serde_json::json;

use super::{Held, browser, log_in, next, over, own, refresh, sid};
use crate::recovery::NEW;
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn each_login_begins_a_session_of_its_own() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let planted = browser.cookie("access_token").unwrap();
    // Whoever has planted his cookie in a browser does not know the session that its owner gets.
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let filled = form
        .fill("username", &jane.email)
        .fill("password", PASSWORD);
    browser.submit(&filled).await.expect(200, "/dashboard");
    let own_cookie = browser.cookie("access_token").unwrap();
    assert_ne!(sid(&own_cookie), sid(&planted));
    let mut seen = vec![sid(&own_cookie), sid(&planted)];
    for _ in 0..10 {
        let session = log_in(&app, &jane.email).await.session();
        assert!(!seen.contains(&session));
        seen.push(session);
    }
}

#[tokio::test]
async fn a_confirmed_password_gives_a_program_another_session() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let old = log_in(&app, &jane.email).await;
    let confirm = app.post_json(
        "/myaccount/confirm-password",
        &json!({"password": PASSWORD}),
    );
    let new = Held::of(&confirm.bearer(&old.access).await.expect(200).json());
    assert_ne!(new.session(), old.session());
    assert_eq!(over(&app, &old.access).await, "renewed");
    refresh(&app, &old.refresh).await.expect(401);
    own(&app, &new.access).await.expect(200);
    next(&app, &new.refresh).await;
    own(&app, &jane.token).await.expect(200);
}

#[tokio::test]
async fn a_new_password_gives_a_program_another_session() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let old = log_in(&app, &jane.email).await;
    let body = json!({"current_password": PASSWORD, "password": NEW});
    let change = app.post_json("/myaccount/password", &body);
    let new = Held::of(&change.bearer(&old.access).await.expect(200).json());
    assert_eq!(over(&app, &old.access).await, "renewed");
    assert_eq!(over(&app, &jane.token).await, "password_changed");
    refresh(&app, &old.refresh).await.expect(401);
    own(&app, &new.access).await.expect(200);
    next(&app, &new.refresh).await;
}

#[tokio::test]
async fn both_give_a_browser_another_cookie_and_no_token() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    for (path, body) in [
        ("/myaccount/confirm-password", json!({"password": PASSWORD})),
        (
            "/myaccount/password",
            json!({"current_password": PASSWORD, "password": NEW}),
        ),
    ] {
        let old = browser.cookie("access_token").unwrap();
        let answer = browser.send(app.post_json(path, &body)).await.expect(204);
        assert_eq!(answer.body, "");
        let new = browser.cookie("access_token").unwrap();
        assert_ne!(sid(&new), sid(&old), "{path}");
        assert_eq!(over(&app, &old).await, "renewed");
        browser.open("/dashboard").await.expect(200, "/dashboard");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_in_between_is_not_renewed() {
    let app = TestApp::with(|config| config.tokens.lifetime = Period::days(1)).await;
    let jane = app.verified_user("jane@example.com").await;
    let stolen = log_in(&app, &jane.email).await;
    app.delete("/myaccount/sessions")
        .bearer(&jane.token)
        .await
        .expect(200);
    let confirm = app.post_json(
        "/myaccount/confirm-password",
        &json!({"password": PASSWORD}),
    );
    confirm.bearer(&stolen.access).await.expect(401);
}

#[tokio::test]
async fn who_logs_in_after_somebody_else_in_the_same_browser_sees_nothing_of_him() {
    let app = TestApp::start().await;
    let (ann, bob) = (
        app.verified_user("ann@example.com").await,
        app.verified_user("bob@example.com").await,
    );
    for with_logout in [true, false] {
        let browser = browser(&app, &ann.email).await;
        let page = browser.open("/dashboard").await;
        let of_ann = browser.cookie("access_token").unwrap();
        if with_logout {
            let answer = browser.send(app.post("/logout")).await;
            assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
            own(&app, &of_ann).await.expect(401);
        } else {
            // The cookies were deleted by hand.
            browser.forget("access_token");
        }
        let form = browser.open("/login-form").await;
        for known in [&ann.email, "Signed out"] {
            assert!(!form.html.contains(known), "{}", form.html);
        }
        let form = form.form("/login_with_form/");
        let filled = form.fill("username", &bob.email).fill("password", PASSWORD);
        let of_bob = browser.submit(&filled).await.expect(200, "/dashboard");
        for path in ["/dashboard", "/sessions", "/history"] {
            let page = browser.open(path).await;
            assert!(!page.html.contains(&ann.email), "{path}: {}", page.html);
        }
        let token = browser.cookie("access_token").unwrap();
        assert_ne!(sid(&token), sid(&of_ann));
        assert_eq!(own(&app, &token).await.json()["email"], bob.email);
        // The form of the page that Ann left open saves nothing in Bob's account.
        let forged = page.form("/dashboard/profile").fill("bio", "Ann was here.");
        browser
            .submit(&forged)
            .await
            .expect(403, "/dashboard/profile");
        of_bob.shows(&bob.email);
    }
}
