//! People who are out: locked, deleted or demoted, and from the next request on nothing opens for them.

use gatepost::roles::Role;
use serde_json::json;

use crate::support::{PASSWORD, Person, TestApp};

/// Somebody with everything that a login leaves behind.
struct Kept {
    person: Person,
    refresh: String,
    cookie: String,
}

async fn keep(app: &TestApp, name: &str) -> Kept {
    let email = format!("{name}@example.com");
    let person = app.user_with_role(&email, Role::Manager).await;
    let fields = [("username", email.as_str()), ("password", PASSWORD)];
    let tokens = app.post_form("/login/", &fields).await.expect(200).json();
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    browser
        .submit(&form.fill("username", &email).fill("password", PASSWORD))
        .await;
    Kept {
        person,
        refresh: tokens["refresh_token"]
            .as_str()
            .expect("a token")
            .to_owned(),
        cookie: browser.cookie("access_token").expect("a cookie"),
    }
}

async fn assert_out(app: &TestApp, kept: &Kept) {
    let me = app.get("/myaccount").bearer(&kept.person.token).await;
    assert_eq!(me.status, 401, "the access token");
    let page = app
        .get("/dashboard")
        .cookie("access_token", &kept.cookie)
        .await;
    assert!(
        page.header("location").starts_with("/login-form"),
        "the cookie: {page:#?}"
    );
    let refreshed = app
        .post_json("/login/refresh", &json!({"refresh_token": kept.refresh}))
        .await;
    assert_eq!(refreshed.status, 401, "the refresh token: {refreshed:#?}");
    for path in ["/login/", "/login_with_form/"] {
        let fields = [
            ("username", kept.person.email.as_str()),
            ("password", PASSWORD),
        ];
        let answer = app.post_form(path, &fields).await;
        assert!(matches!(answer.status, 401 | 403), "{path}: {answer:#?}");
        assert!(answer.set_cookies().is_empty(), "{path}: {answer:#?}");
    }
    let confirm = app.post_json(
        "/myaccount/confirm-password",
        &json!({"password": PASSWORD}),
    );
    confirm.bearer(&kept.person.token).await.expect(401);
}

#[tokio::test]
async fn who_was_locked_is_out_of_everything_at_once() {
    let app = TestApp::start().await;
    let kept = keep(&app, "locked").await;
    app.post(&format!("/users/{}/lock", kept.person.id))
        .bearer(&app.admin().await.token)
        .await
        .expect(200);
    assert_out(&app, &kept).await;
    // A lock that an administrator has set is not lifted by a new password.
    let node = app.second_node().await;
    assert_out(&node, &kept).await;
}

#[tokio::test]
async fn who_was_deleted_is_out_of_everything_at_once() {
    let app = TestApp::start().await;
    let kept = keep(&app, "deleted").await;
    app.delete(&format!("/users/{}", kept.person.id))
        .bearer(&app.admin().await.token)
        .await
        .expect(204);
    assert_out(&app, &kept).await;
    // Somebody else who later has the same address is somebody else.
    let namesake = app.verified_user(&kept.person.email).await;
    assert_ne!(namesake.id, kept.person.id);
    app.get("/myaccount")
        .bearer(&kept.person.token)
        .await
        .expect(401);
    let refreshed = app
        .post_json("/login/refresh", &json!({"refresh_token": kept.refresh}))
        .await;
    assert_eq!(refreshed.status, 401, "{refreshed:#?}");
}

#[tokio::test]
async fn who_was_demoted_has_lost_his_role_at_the_next_request() {
    let app = TestApp::start().await;
    let kept = keep(&app, "demoted").await;
    app.get("/users/")
        .bearer(&kept.person.token)
        .await
        .expect(200);
    app.put_json(
        &format!("/users/{}", kept.person.id),
        &json!({"role": "AUTHENTICATED"}),
    )
    .bearer(&app.admin().await.token)
    .await
    .expect(200);
    let refused = app.get("/users/").bearer(&kept.person.token).await;
    assert!(matches!(refused.status, 401 | 403), "{refused:#?}");
    let by_cookie = app
        .get("/users/")
        .cookie("access_token", &kept.cookie)
        .await;
    assert!(matches!(by_cookie.status, 401 | 403), "{by_cookie:#?}");
    let refreshed = app
        .post_json("/login/refresh", &json!({"refresh_token": kept.refresh}))
        .await;
    if refreshed.status == 200 {
        let token = refreshed.json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        app.get("/users/").bearer(&token).await.expect(403);
    }
}

#[tokio::test]
async fn a_password_does_not_run_out() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    app.clock.advance(std::time::Duration::from_hours(9600));
    let fields = [("username", user.email.as_str()), ("password", PASSWORD)];
    let tokens = app.post_form("/login/", &fields).await.expect(200).json();
    let token = tokens["access_token"].as_str().expect("a token");
    app.get("/myaccount").bearer(token).await.expect(200);
    let answer = app
        .post_form("/login_with_form/", &fields)
        .await
        .expect(303);
    assert_eq!(
        answer.header("location"),
        "/dashboard",
        "and nothing asks for another one"
    );
}
