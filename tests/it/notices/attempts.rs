//! What an owner is told of wrong passwords.

use std::time::Duration;

use gatepost::db::Run;
use serde_json::json;

use super::told;
use crate::attempts::{LOCKED, guess, lock_out, try_password};
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

const MANY: &str = "A login after several wrong passwords";
const LOCKED_OUT: &str = "Too many wrong passwords";

#[tokio::test]
async fn tells_of_a_login_after_three_wrong_passwords() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    guess(&app, &jane.email, 2).await;
    app.log_in(&jane.email).await;
    assert!(
        told(&app, &jane.email, MANY).await.is_empty(),
        "two are typing errors"
    );
    guess(&app, &jane.email, 3).await;
    assert!(told(&app, &jane.email, MANY).await.is_empty());
    app.log_in(&jane.email).await;
    let mails = told(&app, &jane.email, MANY).await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].text.contains("From: 127.0.0.1"),
        "{}",
        mails[0].text
    );
    app.log_in(&jane.email).await;
    assert_eq!(told(&app, &jane.email, MANY).await.len(), 1, "once");
}

#[tokio::test]
async fn tells_of_a_login_after_a_lock_out() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    app.clock.advance(app.config.login.lock_first.get());
    app.log_in(&jane.email).await;
    assert_eq!(told(&app, &jane.email, MANY).await.len(), 1);
}

#[tokio::test]
async fn right_passwords_at_once_are_no_wrong_ones() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let tries = (0..20).map(|_| try_password(&app, &jane.email, PASSWORD));
    for answer in futures_util::future::join_all(tries).await {
        answer.expect(200);
    }
    assert!(told(&app, &jane.email, MANY).await.is_empty());
}

#[tokio::test]
async fn tells_the_owner_once_for_each_lock() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    for _ in 0..20 {
        try_password(&app, &jane.email, WRONG_PASSWORD)
            .await
            .expect_refusal(403, LOCKED);
    }
    assert_eq!(told(&app, &jane.email, LOCKED_OUT).await.len(), 1);
    app.clock.advance(app.config.login.lock_first.get());
    lock_out(&app, &jane.email).await;
    assert_eq!(told(&app, &jane.email, LOCKED_OUT).await.len(), 2);
}

#[tokio::test]
async fn an_address_that_nobody_has_leaves_the_same_work_behind() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let waiting = async || {
        let sql = "SELECT kind FROM jobs";
        app.db.all(sql, &[]).await.unwrap().len()
    };
    let mails = async || {
        let sql = "SELECT id FROM outbox";
        app.db.all(sql, &[]).await.unwrap().len()
    };
    app.mails_to(&jane.email).await;
    let before = mails().await;
    lock_out(&app, &jane.email).await;
    assert_eq!((waiting().await, mails().await), (1, before));
    lock_out(&app, "nobody@example.com").await;
    assert_eq!((waiting().await, mails().await), (2, before));
    assert_eq!(told(&app, &jane.email, LOCKED_OUT).await.len(), 1);
    assert_eq!((waiting().await, mails().await), (0, before + 1));
}

#[tokio::test]
async fn nobody_is_told_at_an_address_that_is_not_proved() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("stranger@example.com").await;
    lock_out(&app, "stranger@example.com").await;
    let mails = told(&app, "stranger@example.com", LOCKED_OUT).await;
    assert!(mails.is_empty(), "{mails:#?}");
}

#[tokio::test]
async fn nobody_is_flooded_with_notices() {
    let app = TestApp::with(|config| {
        config.login.lock_longest = config.login.lock_first;
    })
    .await;
    let jane = app.verified_user("jane@example.com").await;
    let most = usize::try_from(gatepost::notices::A_FEW.most).unwrap();
    for _ in 0..12 {
        lock_out(&app, &jane.email).await;
        app.clock.advance(app.config.login.lock_first.get());
    }
    assert_eq!(told(&app, &jane.email, LOCKED_OUT).await.len(), most);
    // Of another kind there are still some, and tomorrow there are more.
    app.log_in(&jane.email).await;
    assert_eq!(told(&app, &jane.email, MANY).await.len(), 1);
    app.clock.advance(Duration::from_hours(24));
    lock_out(&app, &jane.email).await;
    assert_eq!(told(&app, &jane.email, LOCKED_OUT).await.len(), most + 1);
}

#[tokio::test]
async fn guesses_inside_a_session_send_no_mail_about_logins() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for _ in 0..6 {
        let body = json!({"password": WRONG_PASSWORD});
        app.post_json("/myaccount/confirm-password", &body)
            .bearer(&jane.token)
            .await
            .expect(403);
    }
    assert!(told(&app, &jane.email, LOCKED_OUT).await.is_empty());
    // But they are written down.
    let sql = "SELECT details FROM audit_entries WHERE event = 'locked_out'";
    let rows = app.db.all(sql, &[]).await.unwrap();
    assert_eq!(rows.len(), 1);
    let details: String = rows[0].get("details").unwrap();
    assert!(details.contains("\"counted\":\"session\""), "{details}");
}
