//! An address that can be had again, and a link that takes a change back, when many try at once.

use std::sync::Arc;

use gatepost::db::Run;
use serde_json::json;

use super::{ROUNDS, at_once, count, start};
use crate::support::PASSWORD;
use crate::verification::{move_to, undo, undo_code};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_take_a_change_back_one_succeeds() {
    let app = start().await;
    for round in 0..ROUNDS / 4 {
        let old = format!("old{round}@example.com");
        let person = app.verified_user(&old).await;
        move_to(&app, &person, &format!("new{round}@example.com")).await;
        let code = undo_code(&app, &old).await;
        let answers = at_once(32, |_| {
            let (app, code) = (Arc::clone(&app), code.clone());
            async move { undo(&app, &code).await }
        })
        .await;
        assert_eq!(count(&answers, 204, &[400]), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_gets_an_address_in_the_moment_in_which_it_is_left() {
    let app = start().await;
    for round in 0..ROUNDS {
        let old = format!("old{round}@example.com");
        let new = format!("new{round}@example.com");
        let person = app.verified_user(&old).await;
        app.put_json("/myaccount", &json!({"email": new}))
            .bearer(&person.token)
            .await
            .expect(200);
        let link = app.verify_link(&new).await;
        let answers = at_once(8, |number| {
            let (app, link, old) = (Arc::clone(&app), link.clone(), old.clone());
            async move {
                if number == 0 {
                    return app.post(&link).await;
                }
                let body = json!({"email": old, "password": PASSWORD});
                app.post_json("/register/", &body).await
            }
        })
        .await;
        assert_eq!(count(&answers, 303, &[400]), 1);
        let sql = "SELECT id FROM accounts WHERE email_key = $1";
        let owners = app.db.all(sql, gatepost::params![&old]).await.unwrap();
        assert_eq!(owners.len(), 0);
        undo(&app, &undo_code(&app, &old).await).await.expect(204);
    }
}
