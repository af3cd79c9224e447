//! Changes of one account from two sides.

use std::sync::Arc;

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::{ROUNDS, at_once, count, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_changes_of_one_account_are_both_kept() {
    let app = start().await;
    let jane = app.verified_user("jane@example.com").await;
    let fields = ["first_name", "last_name", "bio"];
    for round in 0..ROUNDS {
        let value = format!("round {round}");
        let answers = at_once(fields.len(), |number| {
            let (app, token) = (Arc::clone(&app), jane.token.clone());
            let body = json!({ fields[number]: value });
            async move { app.put_json("/myaccount/", &body).bearer(&token).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[]), fields.len());
        let own = app
            .get("/myaccount")
            .bearer(&jane.token)
            .await
            .expect(200)
            .json();
        for field in fields {
            assert_eq!(
                own[field],
                Value::from(value.as_str()),
                "{field} of {round} was lost"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_demotion_is_not_undone_by_a_change_of_the_profile() {
    let app = start().await;
    let admin = app.admin().await.clone();
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    for round in 0..ROUNDS {
        let role = if round % 2 == 0 {
            "AUTHENTICATED"
        } else {
            "MANAGER"
        };
        // The demotion before has ended the session.
        let token = app.log_in(&boss.email).await;
        let answers = at_once(3, |number| {
            let (app, admin, boss) = (Arc::clone(&app), admin.clone(), boss.clone());
            let token = token.clone();
            async move {
                if number == 0 {
                    let path = format!("/users/{}", boss.id);
                    return app
                        .put_json(&path, &json!({"role": role}))
                        .bearer(&admin.token)
                        .await;
                }
                let body = json!({"bio": format!("{round} {number}")});
                app.put_json("/myaccount/", &body).bearer(&token).await
            }
        })
        .await;
        assert!(count(&answers, 200, &[401]) >= 1);
        assert_eq!(
            crate::accounts::user(&app, &boss.id).await["role"],
            role,
            "round {round}"
        );
    }
}
