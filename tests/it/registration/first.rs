//! The first account of a server: an administrator on one's own machine, and nowhere else.

use gatepost::config::Config;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn makes_the_first_account_a_verified_administrator() {
    let app = TestApp::start().await;
    let first = app.register("first@example.com").await;
    assert_eq!(
        (&first["role"], &first["email_verified"]),
        (&json!("ADMIN"), &json!(true))
    );
    assert!(
        app.mails_to("first@example.com").await.is_empty(),
        "nothing is left to verify"
    );
    let second = app.register("second@example.com").await;
    assert_eq!(
        (&second["role"], &second["email_verified"]),
        (&json!("ANONYMOUS"), &json!(false))
    );
}

#[tokio::test]
async fn makes_nobody_an_administrator_where_strangers_come_by() {
    for change in [
        |config: &mut Config| {
            config.public_url = Some("https://accounts.example.com".parse().unwrap());
        },
        |config: &mut Config| config.listen = "0.0.0.0:8000".into(),
    ] {
        let app = TestApp::with(change).await;
        let user = app.register("first@example.com").await;
        assert_eq!(
            (&user["role"], &user["email_verified"]),
            (&json!("ANONYMOUS"), &json!(false))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn makes_one_administrator_when_several_are_first_at_once() {
    let app = TestApp::start().await;
    let users = futures_util::future::join_all((0..8).map(|number| {
        let app = &app;
        async move { app.register(&format!("user{number}@example.com")).await }
    }));
    let users = users.await;
    assert_eq!(
        users.iter().filter(|user| user["role"] == "ADMIN").count(),
        1
    );
}

#[tokio::test]
async fn a_new_server_has_no_account_that_anybody_could_know() {
    let app = TestApp::with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
    })
    .await;
    assert!(app.dump().await["accounts"].is_empty());
    for name in [
        "admin",
        "root",
        "sa",
        "test",
        "admin@example.com",
        "gatepost",
    ] {
        for password in ["", name, "admin", "P@ssw0rd", "changeme"] {
            let fields = [("username", name), ("password", password)];
            let answer = app.post_form("/login/", &fields).await;
            assert!(
                matches!(answer.status, 401 | 403 | 422),
                "{name}, {password}: {answer:#?}"
            );
        }
    }
}
