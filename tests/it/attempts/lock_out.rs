//! What is counted as a wrong password, and what is not. How a lock-out goes is in `login/lockout.rs`.

use std::time::Duration;

use gatepost::config::Period;
use gatepost::db::Run;
use gatepost::params;
use serde_json::json;

use super::{LOCKED, guess, lock_out, try_password};
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

/// How many tries stand in the database.
async fn counted(app: &TestApp) -> i64 {
    let sql = "SELECT COALESCE(SUM(failures), 0) AS number FROM login_failures";
    let sql = format!("SELECT CAST(number AS BIGINT) AS number FROM ({sql}) AS counted");
    app.db.one(&sql, &[]).await.unwrap().get("number").unwrap()
}

#[tokio::test]
async fn counts_nothing_that_is_no_login() {
    let app = TestApp::start().await;
    let email = app.admin().await.email.as_str();
    for form in [
        &[("username", email)][..],
        &[("password", WRONG_PASSWORD)][..],
        &[("username", email), ("password", "")][..],
        &[
            ("username", email),
            ("password", WRONG_PASSWORD),
            ("grant_type", "code"),
        ][..],
    ] {
        for _ in 0..6 {
            app.post_form("/login/", form).await.expect(422);
        }
    }
    assert_eq!(counted(&app).await, 0);
    app.log_in(email).await;
}

#[tokio::test]
async fn counts_no_right_password_of_an_address_that_is_not_verified() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("jane@example.com").await;
    for _ in 0..6 {
        let answer = try_password(&app, "jane@example.com", PASSWORD).await;
        answer.expect_refusal(401, "Email not verified.");
    }
    assert_eq!(counted(&app).await, 0);
    app.get(&app.verify_link("jane@example.com").await)
        .await
        .expect(307);
    app.log_in("jane@example.com").await;
}

#[tokio::test]
async fn counts_no_right_password_of_a_locked_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    for _ in 0..6 {
        try_password(&app, &jane.email, PASSWORD)
            .await
            .expect_refusal(403, LOCKED);
    }
    app.post(&format!("/users/{}/unlock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn counts_nothing_that_was_never_looked_at() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.lane.close();
    for _ in 0..10 {
        try_password(&app, &admin.email, WRONG_PASSWORD)
            .await
            .expect(503);
    }
    let change = json!({"current_password": WRONG_PASSWORD, "password": "Brand*new*9876"});
    for _ in 0..10 {
        app.post_json("/myaccount/password", &change)
            .bearer(&admin.token)
            .await
            .expect(503);
    }
    assert_eq!(counted(&app).await, 0);
}

#[tokio::test]
async fn counts_every_spelling_of_an_address_as_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for email in [
        "jane@example.com",
        "JANE@EXAMPLE.COM",
        " jane@example.com ",
        "Jane@Example.com",
    ] {
        guess(&app, email, 1).await;
    }
    guess(&app, "jAnE@example.com", 1).await;
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
}

#[tokio::test]
async fn counts_addresses_apart() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, "jane+1@example.com").await;
    lock_out(&app, "jane@example.org").await;
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn locks_what_is_no_address_just_the_same() {
    let app = TestApp::start().await;
    for typed in [
        "x",
        "a b@c",
        "nul\0byte",
        "\u{fdfa}\u{fdfa}",
        "' OR 1=1 --",
        "%",
        "a@b\r\n.com",
    ] {
        lock_out(&app, typed).await;
    }
}

#[tokio::test]
async fn keeps_nothing_of_what_was_typed() {
    let app = TestApp::start().await;
    // A password in the wrong field.
    guess(&app, PASSWORD, 1).await;
    let row = app
        .db
        .one("SELECT subject FROM login_failures", &[])
        .await
        .unwrap();
    let subject: String = row.get("subject").unwrap();
    assert!(
        subject.len() == 64 && subject.chars().all(|c| c.is_ascii_hexdigit()),
        "{subject}"
    );
}

#[tokio::test]
async fn is_shown_to_the_owner() {
    // Shorter than an access token lasts.
    let app = TestApp::with(|config| config.login.lock_first = Period::minutes(5)).await;
    let jane = app.verified_user("jane@example.com").await;
    let own = async || {
        app.get("/myaccount")
            .bearer(&jane.token)
            .await
            .expect(200)
            .json()
    };
    assert_eq!(own().await["is_locked"], false);
    lock_out(&app, &jane.email).await;
    assert_eq!(own().await["is_locked"], true);
    app.clock.advance(app.config.login.lock_first.get());
    assert_eq!(own().await["is_locked"], false);

    let shown = async || {
        let sql = "SELECT locked_until FROM accounts WHERE email = $1";
        let row = app.db.one(sql, params![jane.email.as_str()]).await;
        row.unwrap().get::<Option<i64>>("locked_until").unwrap()
    };
    assert!(shown().await.is_some());
    app.log_in(&jane.email).await;
    assert_eq!(shown().await, None, "the log-in has forgotten the lock");
}

#[tokio::test]
async fn grows_to_its_longest_and_no_further() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let longest = app.config.login.lock_longest.get();
    for _ in 0..8 {
        guess(&app, "jane@example.com", 5).await;
        app.clock
            .advance(longest.saturating_sub(Duration::from_millis(1)));
        let still_locked = try_password(&app, "jane@example.com", WRONG_PASSWORD)
            .await
            .status
            == 403;
        app.clock.advance(Duration::from_millis(1));
        if still_locked {
            app.log_in("jane@example.com").await;
            return;
        }
        // That was the first of the next five.
        guess(&app, "jane@example.com", 4).await;
        app.clock.advance(longest);
    }
    panic!("it never lasts as long as the settings allow");
}

#[tokio::test]
async fn a_try_that_was_never_decided_lapses() {
    let app = TestApp::with(|config| config.passwords.deadline = Period::seconds(1)).await;
    let jane = app.verified_user("jane@example.com").await;
    guess(&app, &jane.email, 1).await;
    // As a server leaves them that was killed while it compared passwords.
    let sql = "UPDATE login_failures SET failures = $1";
    app.db
        .execute(sql, params![app.config.login.max_attempts])
        .await
        .unwrap();
    // They may still be right, so nobody is locked out; they may be wrong, so nobody gets past them.
    try_password(&app, &jane.email, PASSWORD).await.expect(503);
    app.clock.advance(Duration::from_secs(20));
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn right_passwords_at_once_all_log_in() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let tries = (0..40).map(|_| try_password(&app, &jane.email, PASSWORD));
    for answer in futures_util::future::join_all(tries).await {
        answer.expect(200);
    }
}

#[tokio::test]
async fn old_counts_are_forgotten_and_locks_are_not() {
    let app = TestApp::start().await;
    guess(&app, "old@example.com", 4).await;
    app.clock
        .advance(app.config.login.lock_longest.get() + Duration::from_millis(1));
    lock_out(&app, "new@example.com").await;
    assert_eq!(gatepost::attempts::purge(&app).await.unwrap(), 1);
    try_password(&app, "new@example.com", PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
}
