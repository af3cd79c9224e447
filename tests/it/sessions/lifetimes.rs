//! How long things last: a session that is used and one that is not, an access token, and the room for sessions.

use std::time::Duration;

use gatepost::config::Period;
use gatepost::db::Run;

use super::{browser, log_in, next, over, own, refresh, sessions, why};
use crate::support::TestApp;

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_session_that_is_not_used_for_long_is_over() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let cookie = browser(&app, &jane.email)
        .await
        .cookie("access_token")
        .unwrap();
    let ask = || app.get("/myaccount").cookie("access_token", &cookie);
    for _ in 0..3 {
        app.advance_almost(app.config.session.idle.get());
        ask().await.expect(200);
    }
    app.clock.advance(app.config.session.idle.get());
    assert_eq!(why(&ask().await.expect(401)), "idle");
    // Nothing brings it back.
    assert_eq!(why(&ask().await.expect(401)), "idle");
}

#[tokio::test]
async fn a_session_that_is_used_each_hour_ends_all_the_same() {
    let app = TestApp::with(|config| config.session.idle = Period::hours(2)).await;
    let jane = app.verified_user("jane@example.com").await;
    let cookie = browser(&app, &jane.email)
        .await
        .cookie("access_token")
        .unwrap();
    let ask = || app.get("/myaccount").cookie("access_token", &cookie);
    for _ in 0..23 {
        app.clock.advance(Duration::from_hours(1));
        ask().await.expect(200);
    }
    app.advance_almost(Duration::from_hours(1));
    ask().await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(why(&ask().await.expect(401)), "expired");
}

#[tokio::test]
async fn a_cookie_lives_as_long_as_its_session() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let cookie = browser(&app, &jane.email)
        .await
        .cookie("access_token")
        .unwrap();
    let lifetime = app.config.session.lifetime.get().as_secs();
    let claims = super::claims(&cookie);
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(u64::try_from(life).unwrap(), lifetime);
    // Far longer than an access token that a program holds.
    for _ in 0..4 {
        app.clock.advance(app.config.tokens.lifetime.get());
        app.get("/myaccount")
            .cookie("access_token", &cookie)
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn an_access_token_is_good_for_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    assert_eq!(held.expires_in, 900);
    app.advance_almost(app.config.tokens.lifetime.get());
    own(&app, &held.access).await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(
        over(&app, &held.access).await,
        "the access token has expired"
    );
    let held = next(&app, &held.refresh).await;
    own(&app, &held.access).await.expect(200);
}

#[tokio::test]
async fn refreshing_goes_on_to_the_end_of_the_session_and_not_beyond() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut held = log_in(&app, &jane.email).await;
    let session = held.session();
    for _ in 0..28 {
        app.clock.advance(50 * MINUTE);
        held = next(&app, &held.refresh).await;
        assert_eq!(held.session(), session, "the session stays the same");
        assert_eq!(held.expires_in, 900);
    }
    // 23 h 20 min have passed; a token that is given out now ends with the session.
    app.clock.advance(35 * MINUTE);
    held = next(&app, &held.refresh).await;
    assert_eq!(held.expires_in, 5 * 60);
    app.advance_almost(5 * MINUTE);
    own(&app, &held.access).await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    refresh(&app, &held.refresh)
        .await
        .expect_refusal(401, super::NOT_REFRESHED);
    assert_eq!(over(&app, &held.access).await, "expired");
}

#[tokio::test]
async fn a_refresh_token_of_a_session_that_was_not_used_is_good_for_nothing() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    app.clock.advance(app.config.session.idle.get());
    refresh(&app, &held.refresh)
        .await
        .expect_refusal(401, super::NOT_REFRESHED);
    assert_eq!(over(&app, &held.access).await, "idle");
}

#[tokio::test]
async fn a_use_is_noted_once_a_minute_at_most() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let begun = app.clock.now();
    for (wait, noted) in [(0, 0), (30, 0), (29, 0), (1, 60), (59, 60), (1, 120)] {
        app.clock.advance(Duration::from_secs(wait));
        let shown = sessions(&app, &held.access).await;
        let wanted = begun.plus(Duration::from_secs(noted)).to_string();
        let own = super::find(&shown, &held.session());
        assert_eq!(own["last_seen_at"], wanted, "after {wait} more seconds");
    }
}

#[tokio::test]
async fn a_session_is_shown_to_end_when_it_does() {
    let app = TestApp::with(|config| {
        config.session.lifetime = Period::minutes(90);
        config.tokens.lifetime = Period::hours(4);
    })
    .await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let begun = app.clock.now();
    for (wait, ends) in [(0, 60), (20, 80), (20, 90), (20, 90)] {
        app.clock.advance(wait * MINUTE);
        let shown = sessions(&app, &held.access).await;
        let own = super::find(&shown, &held.session());
        assert_eq!(own["expires_at"], begun.plus(ends * MINUTE).to_string());
    }
}

#[tokio::test]
async fn a_login_too_many_ends_the_session_that_was_not_used_for_longest() {
    let app = TestApp::with(|config| config.session.per_account = 3).await;
    let jane = app.verified_user("jane@example.com").await;
    let mut held = Vec::new();
    // With the one of the verification there are three.
    for _ in 0..2 {
        app.clock.advance(MINUTE);
        held.push(log_in(&app, &jane.email).await);
    }
    app.clock.advance(MINUTE);
    own(&app, &jane.token).await.expect(200);
    app.clock.advance(MINUTE);
    let newest = log_in(&app, &jane.email).await;
    assert_eq!(over(&app, &held[0].access).await, "too_many_sessions");
    for token in [&jane.token, &held[1].access, &newest.access] {
        own(&app, token).await.expect(200);
    }
    // Nobody else's.
    own(&app, &app.admin().await.token).await.expect(200);
}

#[tokio::test]
async fn sessions_that_have_run_out_take_no_room() {
    let app = TestApp::with(|config| {
        config.session.per_account = 2;
        config.session.idle = Period::days(2);
        config.tokens.lifetime = Period::days(1);
    })
    .await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(Duration::from_hours(23));
    let later = log_in(&app, &jane.email).await;
    app.clock.advance(MINUTE);
    own(&app, &jane.token).await.expect(200);
    app.clock.advance(Duration::from_hours(1));
    // The first one was used last, but has lasted for a day.
    let newest = log_in(&app, &jane.email).await;
    assert_eq!(over(&app, &jane.token).await, "expired");
    for held in [&later, &newest] {
        own(&app, &held.access).await.expect(200);
    }
}

#[tokio::test]
async fn one_session_at_a_time_is_the_newest() {
    let app = TestApp::with(|config| config.session.per_account = 1).await;
    let jane = app.verified_user("jane@example.com").await;
    let mut before = jane.token.clone();
    for _ in 0..3 {
        let held = log_in(&app, &jane.email).await;
        assert_eq!(over(&app, &before).await, "too_many_sessions");
        own(&app, &held.access).await.expect(200);
        before = held.access;
    }
}

#[tokio::test]
async fn tidying_up_writes_down_when_a_session_ran_out_and_forgets_it_after_a_month() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let ran_out = app.clock.now().plus(app.config.session.idle.get());
    app.clock.advance(Duration::from_hours(30));
    gatepost::sessions::purge(&app).await.unwrap();
    let token = app.log_in(&jane.email).await;
    let shown = super::find(&sessions(&app, &token).await, &held.session());
    assert_eq!(shown["end_reason"], "idle");
    assert_eq!(shown["ended_at"], ran_out.to_string());
    app.clock.advance(Duration::from_hours(32 * 24));
    gatepost::sessions::purge(&app).await.unwrap();
    let rows = app.db.all("SELECT id FROM sessions", &[]).await.unwrap();
    assert_eq!(rows.len(), 0);
    // Nobody claims to know why any more.
    assert_eq!(
        over(&app, &held.access).await,
        "the access token has expired"
    );
}
