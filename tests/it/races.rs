//! What must hold when many do the same at the same moment: on threads of their own, round after round.

use std::future::Future;
use std::sync::Arc;

use gatepost::roles::Role;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::attempts::{LOCKED, try_password};
use crate::support::{Answer, PASSWORD, Person, TestApp, WRONG_PASSWORD, app_with};

const ROUNDS: usize = 20;

/// Runs `count` requests that begin together, and answers their answers.
async fn at_once<F>(count: usize, request: impl Fn(usize) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(count));
    let mut running = JoinSet::new();
    for number in 0..count {
        let (barrier, request) = (Arc::clone(&barrier), request(number));
        running.spawn(async move {
            barrier.wait().await;
            request.await
        });
    }
    running.join_all().await
}

/// How many answers have the status; each of the others must have one of `others`.
#[track_caller]
fn count(answers: &[Answer], status: u16, others: &[u16]) -> usize {
    for answer in answers {
        assert!(answer.status == status || others.contains(&answer.status), "{answer:#?}");
    }
    answers.iter().filter(|answer| answer.status == status).count()
}

async fn start() -> Arc<TestApp> {
    let app = app_with(|config| config.registration.per_network = 1_000_000).await;
    app.admin().await;
    Arc::new(app)
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
        assert_eq!(app.mails_to(&spellings[0]).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_nickname_is_given_once() {
    let app = start().await;
    for round in 0..ROUNDS {
        let answers = at_once(24, |number| {
            let app = Arc::clone(&app);
            let nickname = if number % 2 == 0 { format!("jane-{round}") } else { format!("JANE-{round}") };
            let email = format!("jane{round}-{number}@example.com");
            let body = json!({"email": email, "password": PASSWORD, "nickname": nickname});
            async move { app.post_json("/register/", &body).await }
        })
        .await;
        assert_eq!(count(&answers, 200, &[400]), 1);
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
        let admins = answers.iter().filter(|answer| answer.json()["role"] == "ADMIN").count();
        assert_eq!(admins, 1);
    }
}

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
        try_password(&app, &jane.email, PASSWORD).await.expect_refusal(403, LOCKED);
        let own = app.get("/myaccount").bearer(&jane.token).await.expect(200).json();
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

/// Somebody's request about somebody.
fn against(app: &Arc<TestApp>, by: &Person, about: &Person, how: &str) -> impl Future<Output = Answer> + use<> {
    let (app, token, path) = (Arc::clone(app), by.token.clone(), format!("/users/{}", about.id));
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

/// The administrators who can log in, by the database.
async fn administrators(app: &TestApp) -> usize {
    use gatepost::db::Run;

    let sql = "SELECT id FROM accounts WHERE role = 'ADMIN' AND locked_at IS NULL";
    app.db.all(sql, &[]).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_administrators_who_remove_each_other_leave_one() {
    for (one, other) in [("demote", "demote"), ("delete", "delete"), ("lock", "lock"), ("delete", "lock")] {
        for _ in 0..ROUNDS / 4 {
            let app = start().await;
            let admin = app.admin().await.clone();
            let second = app.user_with_role("second@example.com", Role::Admin).await;
            let answers = at_once(2, |number| {
                if number == 0 { against(&app, &admin, &second, one) } else { against(&app, &second, &admin, other) }
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
        let own = app.get("/myaccount").bearer(&jane.token).await.expect(200).json();
        for field in fields {
            assert_eq!(own[field], Value::from(value.as_str()), "{field} of {round} was lost");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_demotion_is_not_undone_by_a_change_of_the_profile() {
    let app = start().await;
    let admin = app.admin().await.clone();
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    for round in 0..ROUNDS {
        let role = if round % 2 == 0 { "AUTHENTICATED" } else { "MANAGER" };
        let answers = at_once(3, |number| {
            let (app, admin, boss) = (Arc::clone(&app), admin.clone(), boss.clone());
            async move {
                if number == 0 {
                    let path = format!("/users/{}", boss.id);
                    return app.put_json(&path, &json!({"role": role})).bearer(&admin.token).await;
                }
                let body = json!({"bio": format!("{round} {number}")});
                app.put_json("/myaccount/", &body).bearer(&boss.token).await
            }
        })
        .await;
        assert_eq!(count(&answers, 200, &[]), 3);
        assert_eq!(crate::accounts::user(&app, &boss.id).await["role"], role, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_claim_makes_one_administrator() {
    for _ in 0..ROUNDS / 4 {
        let app = app_with(|config| {
            config.public_url = Some("https://accounts.example.com".parse().unwrap());
        })
        .await;
        let link = gatepost::registration::claim_link(&app).await.unwrap().unwrap();
        let path = link.strip_prefix("https://accounts.example.com").unwrap().to_owned();
        let app = Arc::new(app);
        let answers = at_once(16, |number| {
            let (app, path) = (Arc::clone(&app), path.clone());
            let email = format!("boss{number}@example.com");
            async move {
                let form = [("email", email.as_str()), ("password", PASSWORD)];
                app.post_form(&path, &form).header("accept", "text/html").await
            }
        })
        .await;
        assert_eq!(count(&answers, 303, &[400]), 1);
        assert_eq!(administrators(&app).await, 1);
    }
}
