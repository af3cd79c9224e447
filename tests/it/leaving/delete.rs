//! `POST /myaccount/delete`, at once.

use gatepost::roles::Role;
use serde_json::json;

use super::delete;
use crate::accounts::{is_signed_in, list, user};
use crate::attempts::try_password;
use crate::recovery::noted;
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

#[tokio::test]
async fn deletes_the_account_and_clears_the_cookie() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let other = app.log_in(&jane.email).await;
    let answer = delete(&app, &jane.token, PASSWORD).await.expect(204);
    let cookies = answer.set_cookies();
    assert!(
        cookies[0].starts_with("access_token=;") && cookies[0].contains("Max-Age=0"),
        "{cookies:?}"
    );
    for token in [&jane.token, &other] {
        let over = app.get("/myaccount").bearer(token).await.expect(401);
        let why = over.header("www-authenticate");
        assert!(why.contains("account_deleted"), "{why}");
    }
    assert_eq!(try_password(&app, &jane.email, PASSWORD).await.status, 401);
    assert_eq!(list(&app, "").await["total"], 1);
    app.register("jane@example.com").await;
}

#[tokio::test]
async fn tells_the_person_by_a_last_mail() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    let mails = app.mails_to("jane@example.com").await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].text.contains("are deleted"), "{}", mails[0].text);
}

#[tokio::test]
async fn asks_for_the_password() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    delete(&app, &jane.token, WRONG_PASSWORD)
        .await
        .expect_refusal(403, "The password is not right.");
    for body in [json!({}), json!({"password": null})] {
        let answer = app
            .post_json("/myaccount/delete", &body)
            .bearer(&jane.token)
            .await;
        assert_eq!(answer.fault()["loc"], json!(["body", "password"]));
    }
    let answer = app
        .post_json("/myaccount/delete", &json!({"password": PASSWORD}))
        .await;
    answer.expect_refusal(401, "Authentication required");
    assert!(is_signed_in(&app, &jane.token).await);
}

#[tokio::test]
async fn wrong_passwords_lock_it_for_a_while() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for _ in 0..app.config.login.max_attempts {
        delete(&app, &jane.token, WRONG_PASSWORD).await.expect(403);
    }
    let answer = delete(&app, &jane.token, PASSWORD).await.expect(403);
    assert_eq!(answer.json()["code"], "account_locked");
    assert!(is_signed_in(&app, &jane.token).await);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    delete(&app, &admin.token, PASSWORD)
        .await
        .expect_refusal(409, "The last administrator cannot be removed.");
    let refused = &noted(&app, "deletion_requested").await[0];
    assert_eq!(refused.1.as_deref(), Some("last_administrator"));
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    delete(&app, &admin.token, PASSWORD).await.expect(204);
    delete(&app, &other.token, PASSWORD).await.expect(409);
}

#[tokio::test]
async fn concerns_nobody_else() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let ann = app.verified_user("ann@example.com").await;
    let before = app.mails_to("ann@example.com").await.len();
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    assert!(is_signed_in(&app, &ann.token).await);
    assert_eq!(user(&app, &ann.id).await["email"], "ann@example.com");
    assert_eq!(app.mails_to("ann@example.com").await.len(), before);
}
