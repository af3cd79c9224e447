//! One invitation makes one account, and an address has one invitation that works.

use std::sync::Arc;

use serde_json::json;

use super::{at_once, count, start};
use crate::invitations::{acceptance, code, invite_as, invited};
use crate::support::{PASSWORD, app_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_acceptances_one_succeeds() {
    let app = start().await;
    for round in 0..5 {
        let email = format!("guest{round}@example.com");
        let code = invited(&app, &email).await;
        let answers = at_once(32, |_| {
            let (app, body) = (Arc::clone(&app), acceptance(&code));
            async move { app.post_json("/invitations/accept", &body).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[400]), 1);
        let found = crate::accounts::list(&app, &format!("q=guest{round}@")).await;
        assert_eq!(found["total"], 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_acceptance_and_registrations_of_the_same_address_make_one_account() {
    let app = start().await;
    for round in 0..10 {
        let email = format!("guest{round}@example.com");
        let code = invited(&app, &email).await;
        let answers = at_once(8, |number| {
            let (app, email, code) = (Arc::clone(&app), email.clone(), code.clone());
            async move {
                if number == 0 {
                    return app
                        .post_json("/invitations/accept", &acceptance(&code))
                        .await;
                }
                let body = json!({"email": email.to_uppercase(), "password": PASSWORD});
                app.post_json("/register/", &body).await
            }
        })
        .await;
        assert_eq!(
            answers.iter().filter(|answer| answer.status >= 500).count(),
            0
        );
        let found = crate::accounts::list(&app, &format!("q=guest{round}@")).await;
        assert_eq!(found["total"], 1);
        // Whoever was first, the guest has it in the end.
        assert_eq!(found["items"][0]["email_verified"], true, "{found:#}");
        app.log_in(&email).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_invitations_of_an_address_one_works() {
    let app = app_with(|config| config.mail.asked_per_address = 1000).await;
    let admin = app.admin().await.token.clone();
    let app = Arc::new(app);
    let answers = at_once(16, |_| {
        let (app, admin) = (Arc::clone(&app), admin.clone());
        async move { invite_as(&app, &admin, "guest@example.com", "AUTHENTICATED").await }
    })
    .await;
    assert_eq!(count(&answers, 201, &[]), 16);
    let open = app.get("/invitations?state=open").bearer(&admin).await;
    assert_eq!(open.json()["total"], 1);
    let _ = code(&app, "guest@example.com").await;
}
