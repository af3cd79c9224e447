//! Single use, also when many try at once.

use std::sync::Arc;

use gatepost::db::Run;
use serde_json::json;

use super::{ROUNDS, at_once, count, start};
use crate::attempts::try_password;
use crate::recovery::{new_code, reset};
use crate::support::{PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_uses_of_a_link_one_succeeds() {
    let app = start().await;
    for round in 0..ROUNDS / 4 {
        let jane = app.verified_user(&format!("jane{round}@example.com")).await;
        let code = new_code(&app, &jane.email).await;
        let answers = at_once(32, |number| {
            let (app, code) = (Arc::clone(&app), code.clone());
            async move { reset(&app, &code, &format!("correct horse {number} staple")).await }
        })
        .await;
        assert_eq!(count(&answers, 204, &[400]), 1);
        let winner = answers.iter().position(|answer| answer.status == 204);
        // The barrier starts them together; the answers come in the order in which they are done.
        assert!(winner.is_some());
        let mut working = 0;
        for number in 0..32 {
            let hash = password_hash(&app, &jane.email).await;
            let typed = format!("correct horse {number} staple");
            let verdict = app.lane.verify(&typed, Some(&hash)).await.unwrap();
            working += u32::from(verdict != gatepost::passwords::Verdict::Wrong);
        }
        assert_eq!(working, 1);
    }
}

async fn password_hash(app: &TestApp, email: &str) -> String {
    let sql = "SELECT password_hash FROM accounts WHERE email_key = $1";
    let row = app.db.one(sql, &[email.into()]).await.unwrap();
    row.get("password_hash").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_and_a_reset_of_the_password_do_not_both_win() {
    let app = start().await;
    for round in 0..ROUNDS {
        let jane = app.verified_user(&format!("jane{round}@example.com")).await;
        let code = new_code(&app, &jane.email).await;
        let (by_link, by_hand) = ("chosen by the link", "changed by its owner");
        let answers = at_once(2, |number| {
            let (app, code, token) = (Arc::clone(&app), code.clone(), jane.token.clone());
            async move {
                if number == 0 {
                    return reset(&app, &code, by_link).await;
                }
                let body = json!({"current_password": PASSWORD, "password": by_hand});
                app.post_json("/myaccount/password", &body)
                    .bearer(&token)
                    .await
            }
        })
        .await;
        count(&answers, 204, &[200, 400, 401, 403]);
        // Whoever was second found the link or the session gone; a reset is never undone by an older session.
        let reset_won = answers
            .iter()
            .any(|answer| answer.status == 204 && answer.set_cookies().is_empty());
        let last = if reset_won { by_link } else { by_hand };
        let works = try_password(&app, &jane.email, last).await.status == 200;
        let other = if reset_won { by_hand } else { by_link };
        let other_works = try_password(&app, &jane.email, other).await.status == 200;
        assert!(
            works != other_works,
            "one password is in force: {answers:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proved_address_is_the_one_that_was_proved() {
    let app = start().await;
    let admin = app.admin().await.clone();
    for round in 0..ROUNDS {
        let typo = format!("jane{round}@typo.example");
        let right = format!("jane{round}@example.com");
        let user = app.register(&typo).await;
        let path = format!("/users/{}", user["id"].as_str().unwrap());
        let link = app.verify_link(&typo).await;
        at_once(2, |number| {
            let (app, link, path) = (Arc::clone(&app), link.clone(), path.clone());
            let (token, right) = (admin.token.clone(), right.clone());
            async move {
                if number == 0 {
                    return app.post(&link).await;
                }
                app.put_json(&path, &json!({"email": right}))
                    .bearer(&token)
                    .await
            }
        })
        .await;
        let user = app.get(&path).bearer(&admin.token).await.expect(200).json();
        assert_eq!(
            user["email"],
            json!(typo),
            "the new one waits for its own link"
        );
        let mine = app.verify_link(&right).await;
        app.post(&mine).await.expect(303);
        let user = app.get(&path).bearer(&admin.token).await.expect(200).json();
        assert_eq!(
            (&user["email"], &user["email_verified"]),
            (&json!(right), &json!(true))
        );
        app.post(&link).await.expect(400);
    }
}
