//! Logins and refreshes beside what ends sessions, and beside each other: none slips through.

use std::sync::Arc;

use serde_json::json;

use super::{ROUNDS, at_once, count, rounds, start};
use crate::accounts::is_signed_in;
use crate::attempts::try_password;
use crate::sessions::{Held, NOT_REFRESHED, log_in, next, refresh};
use crate::support::{Answer, PASSWORD, Person, TestApp, app_with};

/// Four logins beside one request, which comes last among the answers that are kept.
async fn beside(
    app: &Arc<TestApp>,
    (person, password): (&Person, &str),
    (path, token, body): (&str, &str, &serde_json::Value),
) -> Vec<String> {
    let answers: Vec<Answer> = at_once(5, |number| {
        let (app, email, password) = (Arc::clone(app), person.email.clone(), password.to_owned());
        let (path, token, body) = (path.to_owned(), token.to_owned(), body.clone());
        async move {
            if number == 0 {
                let answer = app.post_json(&path, &body).bearer(&token).await;
                assert_eq!(answer.status, 200, "{answer:#?}");
                answer
            } else {
                try_password(&app, &email, &password).await
            }
        }
    })
    .await;
    let tokens = answers.iter().filter(|answer| answer.status == 200);
    let tokens =
        tokens.filter_map(|answer| answer.json()["access_token"].as_str().map(str::to_owned));
    tokens.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_with_the_old_password_outlives_its_change() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    let passwords = [PASSWORD, "correct horse battery staple"];
    let mut own = jane.token.clone();
    for round in 0..ROUNDS {
        let (current, new) = (passwords[round % 2], passwords[(round + 1) % 2]);
        let body = json!({"current_password": current, "password": new});
        let change = ("/myaccount/password", own.as_str(), &body);
        let mut alive = Vec::new();
        for token in beside(&app, (&jane, current), change).await {
            if is_signed_in(&app, &token).await {
                alive.push(token);
            }
        }
        assert_eq!(alive.len(), 1, "round {round}: the one that changed it");
        own = alive.remove(0);
        let newer = try_password(&app, &jane.email, new).await.expect(200);
        assert_ne!(newer.json()["access_token"], own.as_str());
    }
}

/// What a stolen session with the old password could get in the moment in which the owner changes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_confirmed_session_outlives_a_new_password() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    let passwords = [PASSWORD, "correct horse battery staple"];
    for round in 0..ROUNDS {
        let (current, new) = (passwords[round % 2], passwords[(round + 1) % 2]);
        let log_in = async || {
            let answer = try_password(&app, &jane.email, current).await;
            Held::of(&answer.expect(200).json())
        };
        let (owner, stolen) = (log_in().await, log_in().await);
        let answers = at_once(2, |number| {
            let (app, owner, stolen) = (Arc::clone(&app), owner.clone(), stolen.clone());
            async move {
                if number == 0 {
                    let body = json!({"current_password": current, "password": new});
                    let change = app.post_json("/myaccount/password", &body);
                    return change.bearer(&owner.access).await;
                }
                let confirm =
                    app.post_json("/myaccount/confirm-password", &json!({"password": current}));
                confirm.bearer(&stolen.access).await
            }
        })
        .await;
        assert!(count(&answers, 200, &[401, 403]) >= 1, "{answers:#?}");
        let mut alive = 0;
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            let held = Held::of(&answer.json());
            alive += usize::from(is_signed_in(&app, &held.access).await);
        }
        assert_eq!(alive, 1, "round {round}: {answers:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_refresh_token_used_by_many_gets_one_answer() {
    let app = start().await;
    let node = Arc::new(app.second_node().await);
    let jane = app.verified_user("jane@example.com").await;
    for round in 0..rounds() {
        let first = log_in(&app, &jane.email).await;
        let answers = at_once(32, |number| {
            let app = Arc::clone(if number % 2 == 0 { &app } else { &node });
            let token = first.refresh.clone();
            async move { refresh(&app, &token).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[]), 32, "round {round}");
        for answer in &answers {
            assert_eq!(answer.body, answers[0].body, "round {round}");
        }
        let second = Held::of(&answers[0].json());
        let third = next(&app, &second.refresh).await;
        // Within the grace, but the next one was used: somebody has a copy.
        refresh(&node, &first.refresh)
            .await
            .expect_refusal(401, NOT_REFRESHED);
        for held in [&first, &second, &third] {
            assert!(!is_signed_in(&app, &held.access).await, "round {round}");
            refresh(&app, &held.refresh).await.expect(401);
        }
    }
}

/// The same where there is no grace: one gets the next tokens, and they are worth nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_grace_one_refresh_token_used_by_many_ends_the_session() {
    let app = Arc::new(
        app_with(|config| config.session.refresh_grace = gatepost::config::Period::seconds(0))
            .await,
    );
    let jane = app.verified_user("jane@example.com").await;
    for round in 0..rounds() {
        let first = log_in(&app, &jane.email).await;
        let answers = at_once(32, |_| {
            let (app, token) = (Arc::clone(&app), first.refresh.clone());
            async move { refresh(&app, &token).await }
        })
        .await;
        assert!(count(&answers, 200, &[401]) <= 1, "round {round}");
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            let held = Held::of(&answer.json());
            assert!(!is_signed_in(&app, &held.access).await, "round {round}");
            refresh(&app, &held.refresh).await.expect(401);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_refresh_outlives_a_logout() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    for round in 0..rounds() {
        let first = log_in(&app, &jane.email).await;
        let answers = at_once(2, |number| {
            let (app, held) = (Arc::clone(&app), first.clone());
            async move {
                if number == 0 {
                    return app.post("/logout").bearer(&held.access).await;
                }
                refresh(&app, &held.refresh).await
            }
        })
        .await;
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            let held = Held::of(&answer.json());
            assert!(!is_signed_in(&app, &held.access).await, "round {round}");
            refresh(&app, &held.refresh).await.expect(401);
        }
    }
}

/// Its session is begun before it is known whether the account is still there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_login_beside_the_deletion_of_its_account_is_one_or_is_refused() {
    let app = start().await;
    let admin = app.admin().await.clone();
    for round in 0..ROUNDS {
        let jane = app.verified_user(&format!("jane{round}@example.com")).await;
        let answers = at_once(4, |number| {
            let (app, token, email) = (Arc::clone(&app), admin.token.clone(), jane.email.clone());
            let path = format!("/users/{}", jane.id);
            // While the passwords are compared, sooner or later.
            let after = std::time::Duration::from_millis(5 * round as u64);
            async move {
                if number == 3 {
                    tokio::time::sleep(after).await;
                    return app.delete(&path).bearer(&token).await;
                }
                try_password(&app, &email, PASSWORD).await
            }
        })
        .await;
        count(&answers, 200, &[204, 401]);
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            let held = Held::of(&answer.json());
            assert!(!is_signed_in(&app, &held.access).await, "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_beside_the_deletion_of_its_account_is_one_or_is_refused() {
    let app = start().await;
    let admin = app.admin().await.clone();
    for round in 0..rounds() {
        let jane = app.verified_user(&format!("jane{round}@example.com")).await;
        let first = log_in(&app, &jane.email).await;
        let answers = at_once(4, |number| {
            let (app, token, held) = (Arc::clone(&app), admin.token.clone(), first.clone());
            let path = format!("/users/{}", jane.id);
            async move {
                if number == 2 {
                    return app.delete(&path).bearer(&token).await;
                }
                refresh(&app, &held.refresh).await
            }
        })
        .await;
        count(&answers, 200, &[204, 401]);
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            let held = Held::of(&answer.json());
            assert!(!is_signed_in(&app, &held.access).await, "round {round}");
            refresh(&app, &held.refresh).await.expect(401);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_outlives_a_lock() {
    let app = start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let path = format!("/users/{}", jane.id);
    for round in 0..ROUNDS {
        let lock = (&*format!("{path}/lock"), admin.token.as_str(), &json!({}));
        let tokens = beside(&app, (&jane, PASSWORD), lock).await;
        app.post(&format!("{path}/unlock"))
            .bearer(&admin.token)
            .await
            .expect(200);
        for token in tokens {
            assert!(!is_signed_in(&app, &token).await, "round {round}");
        }
    }
}
