//! One address, one nickname, one link, one first account.

use std::sync::Arc;

use serde_json::json;

use super::{ROUNDS, at_once, count, start};
use crate::support::{PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_registers_once_in_all_its_spellings() {
    let app = start().await;
    for round in 0..ROUNDS {
        let spellings = [
            format!("jane{round}@example.com"),
            format!("JANE{round}@example.com"),
            format!(" Jane{round}@EXAMPLE.COM "),
            format!("jAnE{round}@Example.Com"),
        ];
        let answers = at_once(64, |number| {
            let app = Arc::clone(&app);
            let body = json!({"email": spellings[number % 4], "password": PASSWORD});
            async move { app.post_json("/register/", &body).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[400]), 1);
        let found = crate::accounts::list(&app, &format!("q=jane{round}@")).await;
        assert_eq!(found["total"], 1);
        let mut mails = 0;
        for spelling in &spellings {
            mails += app.mails_to(spelling).await.len();
        }
        assert_eq!(mails, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_nickname_is_given_once() {
    let app = start().await;
    for round in 0..ROUNDS {
        let answers = at_once(24, |number| {
            let app = Arc::clone(&app);
            let nickname = if number % 2 == 0 {
                format!("jane-{round}")
            } else {
                format!("JANE-{round}")
            };
            let email = format!("jane{round}-{number}@example.com");
            let body = json!({"email": email, "password": PASSWORD, "nickname": nickname});
            async move { app.post_json("/register/", &body).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[400]), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_link_verifies_once() {
    let app = start().await;
    for round in 0..ROUNDS {
        let email = format!("jane{round}@example.com");
        app.register(&email).await;
        let link = app.verify_link(&email).await;
        let answers = at_once(32, |_| {
            let (app, link) = (Arc::clone(&app), link.clone());
            async move { app.get(&link).await }
        })
        .await;
        assert_eq!(count(&answers, 307, &[400]), 1);
        app.log_in(&email).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_account_is_the_only_administrator() {
    for _ in 0..5 {
        let app = Arc::new(TestApp::start().await);
        let answers = at_once(16, |number| {
            let app = Arc::clone(&app);
            let body = json!({"email": format!("jane{number}@example.com"), "password": PASSWORD});
            async move { app.post_json("/register/", &body).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[]), 16);
        let admins = answers
            .iter()
            .filter(|answer| answer.json()["role"] == "ADMIN")
            .count();
        assert_eq!(admins, 1);
    }
}
