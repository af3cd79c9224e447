//! One administrator stays, and one is made.

use std::future::Future;
use std::sync::Arc;

use gatepost::roles::Role;
use serde_json::json;

use super::{ROUNDS, administrators, at_once, count, start};
use crate::support::{Answer, PASSWORD, Person, TestApp, app_with};

/// Somebody's request about somebody.
fn against(
    app: &Arc<TestApp>,
    by: &Person,
    about: &Person,
    how: &str,
) -> impl Future<Output = Answer> + use<> {
    let (app, token, path) = (
        Arc::clone(app),
        by.token.clone(),
        format!("/users/{}", about.id),
    );
    let how = how.to_owned();
    async move {
        let request = match how.as_str() {
            "demote" => app.put_json(&path, &json!({"role": "AUTHENTICATED"})),
            "delete" => app.delete(&path),
            _ => app.post(&format!("{path}/lock")),
        };
        request.bearer(&token).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_administrators_who_remove_each_other_leave_one() {
    for (one, other) in [
        ("demote", "demote"),
        ("delete", "delete"),
        ("lock", "lock"),
        ("delete", "lock"),
    ] {
        for _ in 0..ROUNDS / 4 {
            let app = start().await;
            let admin = app.admin().await.clone();
            let second = app.user_with_role("second@example.com", Role::Admin).await;
            let answers = at_once(2, |number| {
                if number == 0 {
                    against(&app, &admin, &second, one)
                } else {
                    against(&app, &second, &admin, other)
                }
            })
            .await;
            // Whoever came too late has no session, no role, or the last administrator before him.
            let done = answers.iter().filter(|answer| answer.status < 300).count();
            assert_eq!(done, 1, "{answers:#?}");
            count(&answers, 200, &[204, 401, 403, 404, 409]);
            assert_eq!(administrators(&app).await, 1, "{one} and {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_claim_makes_one_administrator() {
    for _ in 0..ROUNDS / 4 {
        let app = app_with(|config| {
            config.public_url = Some("https://accounts.example.com".parse().unwrap());
        })
        .await;
        let link = gatepost::registration::claim_link(&app)
            .await
            .unwrap()
            .unwrap();
        let path = link
            .strip_prefix("https://accounts.example.com")
            .unwrap()
            .to_owned();
        let app = Arc::new(app);
        let answers = at_once(16, |number| {
            let (app, path) = (Arc::clone(&app), path.clone());
            let email = format!("boss{number}@example.com");
            async move {
                let form = [("email", email.as_str()), ("password", PASSWORD)];
                app.post_form(&path, &form)
                    .header("accept", "text/html")
                    .await
            }
        })
        .await;
        assert_eq!(count(&answers, 303, &[400]), 1);
        assert_eq!(administrators(&app).await, 1);
    }
}
