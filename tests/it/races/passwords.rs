//! Many passwords for one account.

use std::sync::Arc;

use super::{ROUNDS, at_once, count, start};
use crate::attempts::{LOCKED, try_password};
use crate::support::{PASSWORD, WRONG_PASSWORD};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_guesses_a_few_are_looked_at() {
    let app = start().await;
    for round in 0..ROUNDS {
        let jane = app.verified_user(&format!("jane{round}@example.com")).await;
        let answers = at_once(200, |_| {
            let (app, email) = (Arc::clone(&app), jane.email.clone());
            async move { try_password(&app, &email, WRONG_PASSWORD).await }
        })
        .await;
        let most = usize::try_from(app.config.login.max_attempts).unwrap();
        // Only a password that was looked at is called wrong.
        assert_eq!(count(&answers, 401, &[403]), most);
        try_password(&app, &jane.email, PASSWORD)
            .await
            .expect_refusal(403, LOCKED);
        let own = app
            .get("/myaccount")
            .bearer(&jane.token)
            .await
            .expect(200)
            .json();
        assert_eq!(own["is_locked"], true);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn right_passwords_at_once_all_log_in() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    for _ in 0..ROUNDS {
        let most = usize::try_from(app.config.login.max_attempts).unwrap();
        let answers = at_once(most, |_| {
            let (app, email) = (Arc::clone(&app), jane.email.clone());
            async move { try_password(&app, &email, PASSWORD).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[]), most);
    }
}
