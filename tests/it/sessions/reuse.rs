//! Used refresh tokens: the same answer for a moment, and afterwards the end of the session.

use std::time::Duration;

use gatepost::config::Period;
use gatepost::db::Run;
use gatepost::params;
use serde_json::json;

use super::{Held, NOT_REFRESHED, claims, log_in, next, noted, over, own, refresh};
use crate::support::TestApp;

const SECOND: Duration = Duration::from_secs(1);

/// Fails unless the whole family is dead: every token of it, at every node.
async fn assert_dead(app: &TestApp, family: &[&Held]) {
    let node = app.second_node().await;
    for held in family {
        for app in [app, &node] {
            assert_eq!(over(app, &held.access).await, "token_reused");
            refresh(app, &held.refresh)
                .await
                .expect_refusal(401, NOT_REFRESHED);
        }
    }
}

#[tokio::test]
async fn gets_the_same_answer_within_the_grace() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let answer = refresh(&app, &first.refresh).await.expect(200).body;
    for app in [&app, &node, &app] {
        assert_eq!(
            refresh(app, &first.refresh).await.expect(200).body,
            answer,
            "to the byte"
        );
        app.clock.advance(3 * SECOND);
    }
    let second = Held::of(&serde_json::from_str(&answer).unwrap());
    own(&app, &second.access).await.expect(200);
    next(&app, &second.refresh).await;
}

#[tokio::test]
async fn answers_within_the_grace_what_is_true_now() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let second = next(&app, &first.refresh).await;
    let change = json!({"role": "MANAGER"});
    app.put_json(&format!("/users/{}", jane.id), &change)
        .bearer(&app.admin().await.token)
        .await
        .expect(200);
    let again = next(&app, &first.refresh).await;
    assert_eq!(claims(&second.access)["role"], "AUTHENTICATED");
    assert_eq!(claims(&again.access)["role"], "MANAGER");
    // Another token has another name.
    assert_ne!(claims(&second.access)["jti"], claims(&again.access)["jti"]);
    let third = next(&app, &again.refresh).await;
    crate::keys::rotate(&app).await;
    let anew = next(&app, &again.refresh).await;
    assert_eq!(third.refresh, anew.refresh);
    for held in [&again, &third, &anew] {
        own(&app, &held.access).await.expect(200);
    }
}

#[tokio::test]
async fn ends_the_session_after_the_grace() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let second = next(&app, &first.refresh).await;
    let elsewhere = log_in(&app, &jane.email).await;
    app.clock.advance(app.config.session.refresh_grace.get());
    refresh(&app, &first.refresh)
        .await
        .expect_refusal(401, NOT_REFRESHED);
    assert_dead(&app, &[&first, &second]).await;
    // Only that one.
    own(&app, &elsewhere.access).await.expect(200);
    next(&app, &elsewhere.refresh).await;
}

#[tokio::test]
async fn ends_the_session_within_the_grace_once_the_next_one_was_used() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let second = next(&app, &first.refresh).await;
    let third = next(&app, &second.refresh).await;
    refresh(&app, &first.refresh)
        .await
        .expect_refusal(401, NOT_REFRESHED);
    assert_dead(&app, &[&first, &second, &third]).await;
}

#[tokio::test]
async fn ends_the_session_however_old_the_token_is() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let mut held = first.clone();
    for _ in 0..20 {
        app.clock.advance(Duration::from_mins(50));
        held = next(&app, &held.refresh).await;
    }
    // Tidying up must not forget what was used.
    gatepost::sessions::purge(&app).await.unwrap();
    refresh(&app, &first.refresh)
        .await
        .expect_refusal(401, NOT_REFRESHED);
    assert_dead(&app, &[&first, &held]).await;
}

#[tokio::test]
async fn has_no_grace_where_the_settings_give_none() {
    let app = TestApp::with(|config| config.session.refresh_grace = Period::seconds(0)).await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let second = next(&app, &first.refresh).await;
    refresh(&app, &first.refresh)
        .await
        .expect_refusal(401, NOT_REFRESHED);
    assert_dead(&app, &[&first, &second]).await;
}

#[tokio::test]
async fn finds_the_thief_who_was_faster_than_the_owner() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let stolen = log_in(&app, &jane.email).await;
    let thief = next(&app, &stolen.refresh).await;
    app.clock.advance(5 * SECOND);
    let owner = next(&app, &stolen.refresh).await;
    assert_eq!(thief.refresh, owner.refresh, "within the grace");
    app.clock.advance(Duration::from_mins(14));
    let thief = next(&app, &thief.refresh).await;
    app.clock.advance(Duration::from_mins(1));
    refresh(&app, &owner.refresh)
        .await
        .expect_refusal(401, NOT_REFRESHED);
    assert_dead(&app, &[&thief, &owner]).await;
}

#[tokio::test]
async fn is_written_down_and_told_to_the_owner_once() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    next(&app, &first.refresh).await;
    let before = app.mails_to(&jane.email).await.len();
    app.clock.advance(app.config.session.refresh_grace.get());
    for _ in 0..3 {
        refresh(&app, &first.refresh).await.expect(401);
    }
    let refused = ("refused".to_owned(), Some("token_reused".to_owned()));
    let noted = noted(&app, "refresh_token_reused").await;
    assert_eq!(noted, [(refused.0, refused.1, Some(jane.id.clone()))]);
    let mails = app.mails_to(&jane.email).await;
    assert_eq!(mails.len(), before + 1);
    assert!(!mails[0].text.contains(&first.refresh));
}

#[tokio::test]
async fn lies_in_the_database_as_a_digest_only() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let second = next(&app, &first.refresh).await;
    let third = next(&app, &second.refresh).await;
    let secrets = [
        &first.refresh,
        &second.refresh,
        &third.refresh,
        &first.access,
        &second.access,
        &third.access,
    ];
    let sql = "SELECT refresh_digest, refreshes, refresh_signature FROM sessions WHERE id = $1";
    let id: uuid::Uuid = third.session().parse().unwrap();
    let row = app.db.one(sql, params![id]).await.unwrap();
    let digest: Vec<u8> = row.get("refresh_digest").unwrap();
    assert_eq!(digest, gatepost::crypto::digest(third.refresh.as_bytes()));
    assert_eq!(row.get::<i64>("refreshes").unwrap(), 2);
    // A signature says nothing of what it signs but to whoever knows that.
    let signature: Vec<u8> = row.get("refresh_signature").unwrap();
    assert_eq!(signature.len(), 64);
    let text = String::from_utf8_lossy(&[&*digest, &*signature].concat()).into_owned();
    for secret in secrets {
        assert!(!text.contains(secret.as_str()), "{text}");
    }
}

#[tokio::test]
async fn names_an_access_token_as_nobody_can_guess_who_reads_the_database() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut held = log_in(&app, &jane.email).await;
    let mut names = Vec::new();
    for _ in 0..3 {
        held = next(&app, &held.refresh).await;
        let name = claims(&held.access)["jti"].as_str().unwrap().to_owned();
        // 256 bits of a code that takes the server's key and the refresh token before.
        assert_eq!(name.len(), 43, "{name}");
        assert!(!names.contains(&name), "{name}");
        names.push(name);
    }
}
