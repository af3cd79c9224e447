//! A time in which a login keeps the account (`accounts.deletion_grace`).

use std::time::Duration;

use gatepost::leaving;
use gatepost::roles::Role;
use serde_json::json;

use super::delete;
use crate::accounts::user;
use crate::attempts::try_password;
use crate::recovery::noted;
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD, on_both};

const WEEK: Duration = Duration::from_hours(7 * 24);

async fn start() -> TestApp {
    TestApp::with(|config| config.accounts.deletion_grace = "7d".parse().unwrap()).await
}

#[tokio::test]
async fn ends_all_sessions_and_tells_how_to_keep_the_account() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    let over = app.get("/myaccount").bearer(&jane.token).await.expect(401);
    assert!(over.header("www-authenticate").contains("account_deleted"));
    let mail = &app.mails_to("jane@example.com").await[0];
    assert!(
        mail.text.contains("7 days") && mail.text.contains("/login-form"),
        "{}",
        mail.text
    );
    assert_eq!(user(&app, &jane.id).await["email"], "jane@example.com");
    let noted = noted(&app, "deletion_requested").await;
    assert_eq!((noted[0].0.as_str(), &noted[0].2), ("done", &jane.id));
}

#[tokio::test]
async fn deletes_when_the_time_is_over() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    app.advance_almost(WEEK);
    assert_eq!(leaving::purge(&app).await.unwrap(), 0);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(leaving::purge(&app).await.unwrap(), 1);
    assert_eq!(leaving::purge(&app).await.unwrap(), 0);
    let mails = app.mails_to("jane@example.com").await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].text.contains("are deleted"), "{}", mails[0].text);
    assert!(!mails[0].text.contains("From:"), "{}", mails[0].text);
    let noted = noted(&app, "account_deleted").await;
    assert_eq!(
        (noted[0].2.as_str(), noted[0].3.as_str()),
        (jane.id.as_str(), "")
    );
    app.register("jane@example.com").await;
}

#[tokio::test]
async fn a_login_keeps_the_account() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    app.advance_almost(WEEK);
    app.log_in(&jane.email).await;
    app.clock.advance(WEEK);
    assert_eq!(leaving::purge(&app).await.unwrap(), 0);
    let mail = &app.mails_to("jane@example.com").await[0];
    assert!(
        mail.text.contains("not going to be deleted"),
        "{}",
        mail.text
    );
    assert_eq!(noted(&app, "deletion_cancelled").await[0].2, jane.id);
    // Said once.
    let before = app.mails_to("jane@example.com").await.len();
    app.log_in(&jane.email).await;
    assert_eq!(app.mails_to("jane@example.com").await.len(), before);
}

#[tokio::test]
async fn a_wrong_password_keeps_nothing() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    try_password(&app, &jane.email, WRONG_PASSWORD)
        .await
        .expect(401);
    app.clock.advance(WEEK);
    assert_eq!(leaving::purge(&app).await.unwrap(), 1);
}

#[tokio::test]
async fn a_locked_account_is_deleted_all_the_same() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&app.admin().await.token)
        .await
        .expect(200);
    try_password(&app, &jane.email, PASSWORD).await.expect(403);
    app.clock.advance(WEEK);
    assert_eq!(leaving::purge(&app).await.unwrap(), 1);
}

#[tokio::test]
async fn an_administrator_who_is_leaving_does_not_count_as_one_who_stays() {
    let app = start().await;
    let admin = app.admin().await.clone();
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    delete(&app, &other.token, PASSWORD).await.expect(204);
    delete(&app, &admin.token, PASSWORD).await.expect(409);
    for (method, path) in [
        ("DELETE", format!("/users/{}", admin.id)),
        ("POST", format!("/users/{}/lock", admin.id)),
    ] {
        app.request(method, &path)
            .bearer(&admin.token)
            .await
            .expect(409);
    }
    app.put_json(&format!("/users/{}", admin.id), &json!({"role": "MANAGER"}))
        .bearer(&admin.token)
        .await
        .expect(409);
    app.clock.advance(WEEK);
    assert_eq!(leaving::purge(&app).await.unwrap(), 1);
    let token = app.log_in(&admin.email).await;
    let left = app.get("/users/").bearer(&token).await.expect(200).json();
    assert_eq!(left["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_deletes() {
    let app = start().await;
    let node = app
        .second_node_with(|config| config.accounts.deletion_grace = "7d".parse().unwrap())
        .await;
    for number in 0..5 {
        let person = app.verified_user(&format!("p{number}@example.com")).await;
        delete(&app, &person.token, PASSWORD).await.expect(204);
    }
    app.clock.advance(WEEK);
    let (one, two) = on_both(
        &app,
        &node,
        |node| async move { leaving::purge(&node).await },
    )
    .await;
    assert_eq!(one.unwrap() + two.unwrap(), 5);
    let token = app.log_in("admin@example.com").await;
    let left = app.get("/users/").bearer(&token).await.expect(200).json();
    assert_eq!(left["total"], 1);
}
