//! Logins beside what ends sessions: none slips through.

use std::sync::Arc;

use serde_json::json;

use super::{ROUNDS, at_once, start};
use crate::accounts::is_signed_in;
use crate::attempts::try_password;
use crate::support::{Answer, PASSWORD, Person, TestApp};

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
                assert!(matches!(answer.status, 200 | 204), "{answer:#?}");
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
    for round in 0..ROUNDS {
        let (current, new) = (passwords[round % 2], passwords[(round + 1) % 2]);
        let body = json!({"current_password": current, "password": new});
        let change = ("/myaccount/password", jane.token.as_str(), &body);
        for token in beside(&app, (&jane, current), change).await {
            assert!(!is_signed_in(&app, &token).await, "round {round}");
        }
        assert!(is_signed_in(&app, &jane.token).await);
        try_password(&app, &jane.email, new).await.expect(200);
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
