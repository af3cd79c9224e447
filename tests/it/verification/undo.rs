//! `POST /undo-email-change`: the old address takes the account back.

use std::time::Duration;

use gatepost::db::Run;
use serde_json::json;

use super::{move_to, undo, undo_code, undo_mails};
use crate::accounts::{is_signed_in, user};
use crate::attempts::try_password;
use crate::recovery::{NEW, ask, new_code, noted, reset};
use crate::support::{PASSWORD, TestApp};

const OLD: &str = "jane@example.com";
const USELESS: &str = "Invalid or expired link for the old address";

#[tokio::test]
async fn brings_the_old_address_back_and_takes_everything_from_the_other_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "thief@example.com").await;
    let thief = app.log_in("thief@example.com").await;
    let answer = undo(&app, &undo_code(&app, OLD).await).await.expect(204);
    assert!(answer.body.is_empty() && answer.set_cookies().is_empty());

    let shown = user(&app, &jane.id).await;
    assert_eq!(
        (&shown["email"], &shown["email_verified"], &shown["role"]),
        (&json!(OLD), &json!(true), &json!("AUTHENTICATED"))
    );
    for token in [&thief, &jane.token] {
        let over = app.get("/myaccount").bearer(token).await.expect(401);
        let why = over.header("www-authenticate");
        assert!(why.contains("email_change_undone"), "{why}");
    }
    for email in [OLD, "thief@example.com"] {
        let refused = try_password(&app, email, PASSWORD).await;
        refused.expect_refusal(401, "Incorrect email or password.");
    }
}

#[tokio::test]
async fn leads_to_a_new_password_by_a_mail_to_the_old_address() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "thief@example.com").await;
    undo(&app, &undo_code(&app, OLD).await).await.expect(204);
    let newest = &app.mails_to(OLD).await[0];
    let link = newest
        .links
        .iter()
        .find_map(|link| link.split_once("/reset-password#"));
    let code = link.unwrap_or_else(|| panic!("{newest:#?}")).1;
    reset(&app, code, NEW).await.expect(204);
    try_password(&app, OLD, NEW).await.expect(200);
    let to_thief = app.mails_to("thief@example.com").await;
    assert!(
        to_thief
            .iter()
            .all(|mail| !mail.text.contains("/reset-password#"))
    );
}

#[tokio::test]
async fn drops_the_links_that_wait() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "thief@example.com").await;
    let recovery = new_code(&app, "thief@example.com").await;
    app.put_json("/myaccount", &json!({"email": "third@example.com"}))
        .bearer(&jane.token)
        .await
        .expect(200);
    let waiting = app.verify_link("third@example.com").await;
    undo(&app, &undo_code(&app, OLD).await).await.expect(204);
    reset(&app, &recovery, NEW).await.expect(400);
    app.get(&waiting).await.expect_refusal(400, super::INVALID);
    assert_eq!(user(&app, &jane.id).await["email"], OLD);
    // And whoever asks with the other address is nobody.
    ask(&app, "thief@example.com").await;
    let mails = app.mails_to("thief@example.com").await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.text.contains("/reset-password#"))
            .count(),
        1
    );
}

#[tokio::test]
async fn works_once() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "thief@example.com").await;
    let code = undo_code(&app, OLD).await;
    undo(&app, &code).await.expect(204);
    undo(&app, &code).await.expect_refusal(400, USELESS);
}

#[tokio::test]
async fn works_for_as_long_as_the_settings_say() {
    let app = TestApp::start().await;
    let life = app.config.accounts.email_undo.get();
    for (number, wait, status) in [
        (0, life.checked_sub(Duration::from_secs(1)).unwrap(), 204),
        (1, life, 400),
    ] {
        let (old, new) = (
            format!("old{number}@example.com"),
            format!("new{number}@example.com"),
        );
        let person = app.verified_user(&old).await;
        move_to(&app, &person, &new).await;
        let code = undo_code(&app, &old).await;
        app.clock.advance(wait);
        undo(&app, &code).await.expect(status);
    }
}

#[tokio::test]
async fn after_several_changes_the_first_link_kills_the_later_ones() {
    let app = TestApp::start().await;
    let jane = app.verified_user("a@example.com").await;
    for email in ["b@example.com", "c@example.com", "d@example.com"] {
        move_to(&app, &jane, email).await;
    }
    let [a, b, c] = [
        undo_code(&app, "a@example.com").await,
        undo_code(&app, "b@example.com").await,
        undo_code(&app, "c@example.com").await,
    ];
    undo(&app, &b).await.expect(204);
    assert_eq!(user(&app, &jane.id).await["email"], "b@example.com");
    undo(&app, &c).await.expect_refusal(400, USELESS);
    undo(&app, &a).await.expect(204);
    assert_eq!(user(&app, &jane.id).await["email"], "a@example.com");
    for used in [&a, &b, &c] {
        undo(&app, used).await.expect_refusal(400, USELESS);
    }
}

#[tokio::test]
async fn refuses_codes_that_were_never_mailed() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "new@example.com").await;
    let code = undo_code(&app, OLD).await;
    for wrong in [
        "A".repeat(43),
        code[1..].to_owned(),
        format!("{code}A"),
        code.to_lowercase(),
        "\u{0}".to_owned(),
        "' OR 1=1 --".to_owned(),
        jane.id.clone(),
        gatepost::crypto::hex(&gatepost::crypto::digest(code.as_bytes())),
    ] {
        undo(&app, &wrong).await.expect_refusal(400, USELESS);
    }
    let fault = app
        .post_json("/undo-email-change", &json!({}))
        .await
        .fault();
    assert_eq!(fault["type"], "missing");
    assert!(is_signed_in(&app, &jane.token).await);
    undo(&app, &code).await.expect(204);
}

#[tokio::test]
async fn whoever_guesses_has_to_wait() {
    let app = TestApp::with(|config| config.login.failures_per_network = 3).await;
    for _ in 0..3 {
        undo(&app, "guess").await.expect(400);
    }
    undo(&app, "guess").await.expect(429);
    app.clock.advance(app.config.login.failures_window.get());
    undo(&app, "guess").await.expect(400);
}

#[tokio::test]
async fn survives_a_new_password_and_keeps_a_lock() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "thief@example.com").await;
    let code = new_code(&app, "thief@example.com").await;
    reset(&app, &code, NEW).await.expect(204);
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    undo(&app, &undo_code(&app, OLD).await).await.expect(204);
    let shown = user(&app, &jane.id).await;
    assert_eq!(
        (&shown["email"], &shown["is_locked"]),
        (&json!(OLD), &json!(true))
    );
}

#[tokio::test]
async fn keeps_an_account_that_the_other_one_wanted_deleted() {
    let app = TestApp::with(|config| {
        config.accounts.deletion_grace = "7d".parse().unwrap();
        config.accounts.email_undo = "30d".parse().unwrap();
    })
    .await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "thief@example.com").await;
    app.post_json("/myaccount/delete", &json!({"password": PASSWORD}))
        .bearer(&jane.token)
        .await
        .expect(204);
    undo(&app, &undo_code(&app, OLD).await).await.expect(204);
    app.clock.advance(Duration::from_hours(8 * 24));
    assert_eq!(gatepost::leaving::purge(&app).await.unwrap(), 0);
    let sql = "SELECT email, delete_at FROM accounts WHERE email_key = $1";
    let row = app.db.one(sql, gatepost::params![OLD]).await.unwrap();
    assert_eq!(row.get::<Option<i64>>("delete_at").unwrap(), None);
}

#[tokio::test]
async fn is_written_down_without_the_code() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "new@example.com").await;
    let code = undo_code(&app, OLD).await;
    undo(&app, "wrong").await.expect(400);
    undo(&app, &code).await.expect(204);
    let noted = noted(&app, "email_change_undone").await;
    let [refused, done] = &noted[..] else {
        panic!("{noted:#?}")
    };
    assert_eq!(
        (refused.0.as_str(), refused.1.as_deref()),
        ("refused", Some("invalid_token"))
    );
    assert_eq!((done.0.as_str(), &done.2), ("done", &jane.id));
    for table in ["email_undos", "audit_entries", "jobs", "outbox"] {
        let rows = app.db.all(&format!("SELECT * FROM {table}"), &[]).await;
        assert!(!format!("{:?}", rows.unwrap()).contains(&code), "{table}");
    }
}

#[tokio::test]
async fn forgets_what_has_run_out() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "new@example.com").await;
    assert_eq!(undo_mails(&app, OLD).await.len(), 1);
    app.clock.advance(app.config.accounts.email_undo.get());
    gatepost::verification::purge(&app).await.unwrap();
    let left = app.db.all("SELECT account_id FROM email_undos", &[]).await;
    assert_eq!(left.unwrap().len(), 0);
}
