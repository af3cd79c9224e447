//! New passwords: weak ones are refused without being repeated, and of good ones nothing is cut.

use gatepost::db::Run;
use gatepost::params;
use serde_json::{Value, json};

use super::fault;
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn tells_what_is_wrong_with_a_password_but_not_the_password() {
    let app = TestApp::start().await;
    for weak in [
        "password1",
        "12345678",
        "PASSWORD123",
        "aaaaaaaaaa",
        "abcdefghij",
        "qwertyuiop",
    ] {
        let fault = fault(&app, "password", weak).await;
        assert_eq!(
            (&fault["type"], &fault["loc"]),
            (&json!("value_error"), &json!(["body", "password"]))
        );
        assert_eq!(
            (&fault["input"], &fault["ctx"]),
            (&Value::Null, &json!({"error": {}}))
        );
        let msg = fault["msg"].as_str().unwrap();
        assert!(msg.starts_with("Value error, ") && msg.len() > 40, "{msg}");
    }
    let own = json!({"email": "annabella@example.com", "password": "annabella1"});
    assert_eq!(
        app.post_json("/register/", &own).await.fault()["loc"],
        json!(["body", "password"])
    );
}

#[tokio::test]
async fn takes_any_characters_as_a_password_and_cuts_nothing() {
    let app = TestApp::start().await;
    app.admin().await;
    let long = format!("{}é🚀", "long words that nobody guesses ".repeat(4));
    for (number, password) in [
        "  spaces around it  ",
        "nul\u{0}in the middle",
        "日本語のパスワード",
        &long,
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("user{number}@example.com");
        app.post_json("/register/", &json!({"email": email, "password": password}))
            .await
            .expect(200);
        app.get(&app.verify_link(&email).await).await.expect(307);
        let log_in = |password: &str| {
            app.post_form("/login/", &[("username", &email), ("password", password)])
        };
        log_in(password).await.expect(200);
        log_in(password.trim_end_matches([' ', '🚀', 'e', 'ド']))
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn keeps_the_password_only_as_a_hash() {
    let app = TestApp::start().await;
    app.register("ann@example.com").await;
    let row = app
        .db
        .one(
            "SELECT password_hash FROM accounts WHERE email = $1",
            params!["ann@example.com"],
        )
        .await
        .unwrap();
    let hash: String = row.get("password_hash").unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && !hash.contains(PASSWORD),
        "{hash}"
    );
}
