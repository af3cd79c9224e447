//! Signing in as somebody, beside itself and beside what ends it.

use std::sync::Arc;

use gatepost::db::Run;
use gatepost::roles::Role;
use serde_json::json;

use super::{ROUNDS, at_once, count, start};
use crate::accounts::is_signed_in;
use crate::sign_in_as::{REASON, act_as, ask};
use crate::support::{Person, TestApp};

async fn open_ones(app: &TestApp) -> usize {
    let sql = "SELECT id FROM sessions WHERE acting_by IS NOT NULL AND ended_at IS NULL";
    app.db.all(sql, &[]).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_begun_at_once_one_is_left() {
    let app = start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    for round in 1..=ROUNDS / 4 {
        let answers = at_once(4, |number| {
            let (app, admin) = (Arc::clone(&app), admin.clone());
            let whom = [&jane, &john][number % 2].id.clone();
            async move { ask(&app, &admin, &whom).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[]), 4);
        let mut alive = 0;
        for answer in &answers {
            let token = answer.json()["access_token"].as_str().unwrap().to_owned();
            alive += usize::from(is_signed_in(&app, &token).await);
        }
        assert_eq!((alive, open_ones(&app).await), (1, 1));
        // Each was told, also of those that lasted a moment.
        let sql = "SELECT id FROM audit_entries WHERE event = 'signed_in_as' AND outcome = 'done'";
        assert_eq!(app.db.all(sql, &[]).await.unwrap().len(), 4 * round);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn none_outlives_what_ends_the_right_to_it() {
    for how in ["demote", "lock", "logout", "lock the person"] {
        let app = start().await;
        let admin = app.admin().await.clone();
        let jane = app.verified_user("jane@example.com").await;
        let helper = app.user_with_role("helper@example.com", Role::Admin).await;
        let answers = at_once(3, |number| {
            let (app, helper) = (Arc::clone(&app), helper.clone());
            let (admin, jane) = (admin.clone(), jane.clone());
            async move {
                if number > 0 {
                    return ask(&app, &helper, &jane.id).await;
                }
                end(&app, (&admin, &helper, &jane), how).await
            }
        })
        .await;
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            if let Some(token) = answer.json()["access_token"].as_str() {
                assert!(!is_signed_in(&app, token).await, "{how}");
            }
        }
    }
}

async fn end(
    app: &TestApp,
    (admin, helper, jane): (&Person, &Person, &Person),
    how: &str,
) -> crate::support::Answer {
    let request = match how {
        "demote" => app.put_json(
            &format!("/users/{}", helper.id),
            &json!({"role": "MANAGER"}),
        ),
        "lock" => app.post(&format!("/users/{}/lock", helper.id)),
        "logout" => return app.post("/logout").bearer(&helper.token).await,
        _ => app.post(&format!("/users/{}/lock", jane.id)),
    };
    request.bearer(&admin.token).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_done_after_the_end_while_requests_are_under_way() {
    let app = start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    for round in 0..ROUNDS / 4 {
        let token = act_as(&app, &admin, &jane.id).await;
        let answers = at_once(4, |number| {
            let (app, token) = (Arc::clone(&app), token.clone());
            async move {
                if number == 0 {
                    return app.post("/logout").bearer(&token).await;
                }
                let bio = json!({"bio": format!("{REASON} {round} {number}")});
                app.put_json("/myaccount", &bio).bearer(&token).await
            }
        })
        .await;
        count(&answers[..], 200, &[303, 401]);
        let bio = json!({"bio": "Too late."});
        let late = app.put_json("/myaccount", &bio).bearer(&token).await;
        late.expect(401);
    }
    let own = app.get("/myaccount").bearer(&jane.token).await;
    assert_ne!(own.expect(200).json()["bio"], "Too late.");
}
