//! `POST /users/{user_id}/sign-in-as`

use std::time::Duration;

use gatepost::roles::Role;
use gatepost::sessions::ACTING_LASTS;
use serde_json::json;

use super::{REASON, act_as, ask, entries, own};
use crate::accounts::NOBODY;
use crate::sessions::{claims, over, sid};
use crate::support::{PASSWORD, TestApp, app_with};

#[tokio::test]
async fn answers_a_token_of_the_user_that_names_the_administrator_and_ends_after_15_minutes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let answer = ask(&app, admin, &jane.id).await.expect(200).json();
    let keys = crate::support::people::keys(&answer);
    assert_eq!(keys, ["access_token", "token_type", "expires_in"]);
    assert_eq!(answer["expires_in"], 900);
    let token = answer["access_token"].as_str().unwrap();
    let claims = claims(token);
    assert_eq!(claims["sub"], jane.id.as_str());
    assert_eq!(claims["act"], json!({"sub": admin.id}));
    assert_ne!(claims["sid"], sid(&jane.token).as_str());
    // The contract's shape, without anything added.
    assert_eq!(
        own(&app, token).await.expect(200).json(),
        own(&app, &jane.token).await.expect(200).json()
    );
    // Used all the time, it ends all the same; the administrator's own goes on.
    for _ in 0..14 {
        app.clock.advance(Duration::from_mins(1));
        own(&app, token).await.expect(200);
    }
    app.advance_almost(Duration::from_mins(1));
    own(&app, token).await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(ACTING_LASTS, Duration::from_mins(15));
    over(&app, token).await;
    let refreshed = app.post_json("/login/refresh", &json!({"refresh_token": token}));
    refreshed.await.expect(401);
}

#[tokio::test]
async fn other_tokens_name_nobody_who_acts() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    assert!(claims(&admin.token).get("act").is_none());
}

#[tokio::test]
async fn refuses_everybody_but_administrators() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    for by in [&john, &boss] {
        ask(&app, by, &jane.id)
            .await
            .expect_refusal(403, "Operation not permitted");
    }
    // A manager's try is written down with the account.
    let noted = entries(&app, "signed_in_as").await;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0]["outcome"], "refused");
    assert_eq!(noted[0]["account_id"], jane.id.as_str());
}

#[tokio::test]
async fn refuses_staff_oneself_and_accounts_that_are_closed_to_their_owner() {
    let app = app_with(|config| {
        config.accounts.deletion_grace = gatepost::config::Period::days(7);
    })
    .await;
    let admin = app.admin().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let other = app.user_with_role("other@example.com", Role::Admin).await;
    let waiting = app.register("waiting@example.com").await;
    let waiting = waiting["id"].as_str().unwrap();
    let [locked, locked_out, leaving, rising] =
        ["locked", "out", "leaving", "rising"].map(|name| format!("{name}@example.com"));
    let locked = app.verified_user(&locked).await;
    app.post(&format!("/users/{}/lock", locked.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    let locked_out = app.verified_user(&locked_out).await;
    crate::attempts::lock_out(&app, &locked_out.email).await;
    let leaving = app.verified_user(&leaving).await;
    app.post_json("/myaccount/delete", &json!({"password": PASSWORD}))
        .bearer(&leaving.token)
        .await
        .expect(204);
    let rising = app.user_with_role(&rising, Role::Manager).await;
    for id in [
        &admin.id,
        &boss.id,
        &other.id,
        waiting,
        &locked.id,
        &locked_out.id,
        &leaving.id,
        &rising.id,
    ] {
        let refusal = ask(&app, admin, id).await.expect(409);
        assert_eq!(refusal.json()["code"], "cannot_sign_in_as");
    }
    ask(&app, admin, NOBODY).await.expect(404);
    ask(&app, admin, "no-uuid").await.expect(422);
    // Nobody was told of anything, because nothing happened.
    assert!(app.mails_to(&locked.email).await.len() < 2);
}

#[tokio::test]
async fn asks_for_a_password_that_was_typed_only_now() {
    let app = app_with(crate::support::patient).await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(app.config.session.fresh.get());
    let refusal = ask(&app, admin, &jane.id).await.expect(401);
    assert_eq!(refusal.json()["code"], "fresh_login_required");
    assert!(entries(&app, "signed_in_as").await.is_empty());
}

#[tokio::test]
async fn a_setting_forbids_it_also_to_who_has_begun() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, admin, &jane.id).await;
    let strict = app
        .second_node_with(|config| config.support.sign_in_as = false)
        .await;
    let refusal = ask(&strict, admin, &jane.id).await.expect(403);
    assert_eq!(refusal.json()["code"], "sign_in_as_off");
    assert_eq!(over(&strict, &token).await, "support_over");
    own(&app, &token).await.expect(200);
}

#[tokio::test]
async fn wants_a_reason_that_says_something() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let path = format!("/users/{}/sign-in-as", jane.id);
    for reason in [
        json!(null),
        json!(""),
        json!("help"),
        json!("          "),
        json!("a \n\n\t\n      \u{7}  b"),
        json!("x".repeat(301)),
        json!("zero\u{0}zero zero"),
        json!(["a reason in a list"]),
    ] {
        let body = json!({"reason": reason});
        let refusal = app.post_json(&path, &body).bearer(&admin.token).await;
        let refusal = refusal.expect(422).json();
        assert_eq!(refusal["detail"][0]["loc"], json!(["body", "reason"]));
    }
    let body = json!({});
    let refusal = app.post_json(&path, &body).bearer(&admin.token).await;
    assert_eq!(refusal.expect(422).json()["detail"][0]["type"], "missing");
    assert!(entries(&app, "signed_in_as").await.is_empty());
}

#[tokio::test]
async fn one_at_a_time_the_later_one_ends_the_earlier_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let first = act_as(&app, admin, &jane.id).await;
    let second = act_as(&app, admin, &john.id).await;
    assert_eq!(over(&app, &first).await, "support_ended");
    assert_eq!(own(&app, &second).await.expect(200).json()["id"], john.id);
    own(&app, &admin.token).await.expect(200);
}

#[tokio::test]
async fn takes_no_room_of_the_persons_own_sessions_and_counts_as_no_login() {
    let app = app_with(|config| config.session.per_account = 1).await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let before = own(&app, &jane.token).await.expect(200).json();
    let token = act_as(&app, admin, &jane.id).await;
    own(&app, &jane.token).await.expect(200);
    let newer = app.log_in(&jane.email).await;
    own(&app, &token).await.expect(200);
    own(&app, &newer).await.expect(200);
    let user = own(&app, &token).await.expect(200).json();
    assert_eq!(user["created_at"], before["created_at"]);
    assert_eq!(
        entries(&app, "signed_in_as").await[0]["personal"]["reason"],
        REASON
    );
}

#[tokio::test]
async fn leaves_the_last_login_and_the_known_devices_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let before = own(&app, &jane.token).await.expect(200).json();
    let devices = app.things().await["known_devices"].clone();
    app.clock.advance(Duration::from_mins(2));
    let token = act_as(&app, admin, &jane.id).await;
    let user = own(&app, &token).await.expect(200).json();
    assert_eq!(user, before);
    assert_eq!(app.things().await["known_devices"], devices);
}
