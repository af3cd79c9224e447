//! `POST /register/`: makes an account, and refuses what is taken.

use gatepost::db::Run;
use gatepost::params;
use serde_json::{Value, json};

use crate::support::people::{keys, with};
use crate::support::{PASSWORD, TestApp};

/// The keys of the user object, in the order that clients were promised.
pub const USER_KEYS: [&str; 17] = [
    "email", "nickname", "first_name", "last_name", "bio", "profile_picture_url", "linkedin_profile_url",
    "github_profile_url", "role", "id", "is_professional", "email_verified", "is_locked", "created_at", "updated_at",
    "last_login_at", "links",
];

fn new(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

#[tokio::test]
async fn answers_the_user_with_its_keys_in_order() {
    let app = TestApp::start().await;
    app.admin().await;
    let answer = app.post_json("/register/", &new("ann@example.com")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let user = answer.json();
    assert_eq!(keys(&user), USER_KEYS);
    for optional in &USER_KEYS[2..8] {
        assert_eq!(user[optional], Value::Null, "{optional}");
    }
    assert_eq!(user["role"], "ANONYMOUS");
    assert_eq!(user["is_professional"], false);
    assert_eq!((&user["email_verified"], &user["is_locked"]), (&json!(false), &json!(false)));
    assert_eq!(user["last_login_at"], Value::Null);
    assert_eq!(user["created_at"], app.clock.now().to_string());
    assert!(user["links"].as_array().unwrap().iter().all(|link| keys(link) == ["rel", "href", "method"]));
}

#[tokio::test]
async fn makes_the_first_account_a_verified_administrator() {
    let app = TestApp::start().await;
    let first = app.register("first@example.com").await;
    assert_eq!((&first["role"], &first["email_verified"]), (&json!("ADMIN"), &json!(true)));
    assert!(app.mails_to("first@example.com").await.is_empty(), "nothing is left to verify");
    let second = app.register("second@example.com").await;
    assert_eq!((&second["role"], &second["email_verified"]), (&json!("ANONYMOUS"), &json!(false)));
}

#[tokio::test]
async fn makes_nobody_an_administrator_where_strangers_come_by() {
    for change in [
        |config: &mut gatepost::config::Config| config.public_url = Some("https://accounts.example.com".parse().unwrap()),
        |config: &mut gatepost::config::Config| config.listen = "0.0.0.0:8000".into(),
    ] {
        let app = TestApp::with(change).await;
        let user = app.register("first@example.com").await;
        assert_eq!((&user["role"], &user["email_verified"]), (&json!("ANONYMOUS"), &json!(false)));
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
    assert_eq!(users.iter().filter(|user| user["role"] == "ADMIN").count(), 1);
}

#[tokio::test]
async fn keeps_what_was_given_and_ignores_what_it_does_not_know() {
    let app = TestApp::start().await;
    app.admin().await;
    let sent = json!({
        "email": "john.doe@example.com", "nickname": "John_Doe-1", "first_name": "Jöhn", "last_name": "O'Döe 🚀",
        "bio": "Line one\nLine two <b>", "profile_picture_url": "https://example.com/profiles/john.jpg?a=1&b=2#c",
        "linkedin_profile_url": "https://linkedin.com/in/johndoe", "github_profile_url": "http://github.com/johndoe",
        "password": PASSWORD, "id": "1", "is_professional": true, "email_verified": true, "shoe_size": 43,
    });
    let user = app.post_json("/register/", &sent).await.expect(200).json();
    for key in &USER_KEYS[..8] {
        assert_eq!(user[key], sent[key], "{key}");
    }
    assert_eq!((&user["is_professional"], &user["email_verified"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn takes_null_and_an_empty_text_as_not_given() {
    let app = TestApp::start().await;
    for (number, nothing) in [json!(null), json!("")].into_iter().enumerate() {
        let mut sent = new(&format!("user{number}@example.com"));
        for key in &USER_KEYS[2..8] {
            sent[key] = nothing.clone();
        }
        let user = app.post_json("/register/", &sent).await.expect(200).json();
        for key in &USER_KEYS[2..8] {
            assert_eq!(user[key], Value::Null, "{key} was {nothing}");
        }
    }
}

#[tokio::test]
async fn listens_to_no_role() {
    let app = TestApp::start().await;
    app.admin().await;
    for role in ["ANONYMOUS", "AUTHENTICATED", "MANAGER", "ADMIN"] {
        let email = format!("{role}@example.com");
        let user = app.post_json("/register/", &with(&new(&email), "role", role)).await.expect(200).json();
        assert_eq!(user["role"], "ANONYMOUS");
        app.get(&app.verify_link(&email).await).await.expect(307);
        let token = app.log_in(&email).await;
        assert_eq!(app.get("/myaccount").bearer(&token).await.expect(200).json()["role"], "AUTHENTICATED");
    }
    let fault = app.post_json("/register/", &with(&new("x@example.com"), "role", "KING")).await.fault();
    assert_eq!(fault["type"], "enum");
}

#[tokio::test]
async fn keeps_an_address_as_typed_but_for_spaces_and_the_domain() {
    let app = TestApp::start().await;
    for (typed, kept) in [
        ("  John.DOE@EXAMPLE.com ", "John.DOE@example.com"),
        ("a+b@Sub.Example.COM", "a+b@sub.example.com"),
        ("ann@xn--mnchen-3ya.de", "ann@münchen.de"),
        ("ben@MÜNCHEN.de", "ben@münchen.de"),
    ] {
        let user = app.post_json("/register/", &new(typed)).await.expect(200).json();
        assert_eq!(user["email"], kept);
    }
}

#[tokio::test]
async fn refuses_an_address_that_is_taken_in_any_spelling() {
    let app = TestApp::start().await;
    app.register("John.Doe@example.com").await;
    app.register("ann@münchen.de").await;
    for typed in ["John.Doe@example.com", "JOHN.DOE@EXAMPLE.COM", " john.doe@example.com\n", "ANN@xn--mnchen-3ya.de"] {
        let answer = app.post_json("/register/", &new(typed)).await;
        let refusal = answer.expect_refusal(400, "User with given email already exists.");
        assert_eq!(refusal.json()["code"], "email_taken");
    }
}

#[tokio::test]
async fn refuses_a_nickname_that_is_taken_whatever_its_case() {
    let app = TestApp::start().await;
    app.post_json("/register/", &with(&new("one@example.com"), "nickname", "Straße_Ünder")).await.expect(200);
    for nickname in ["Straße_Ünder", "straße_ünder", "STRASSE_ÜNDER"] {
        let other = with(&new("other@example.com"), "nickname", nickname);
        let refusal = app.post_json("/register/", &other).await.expect_refusal(400, "Nickname already exists.");
        assert_eq!(refusal.json()["code"], "nickname_taken");
    }
    app.post_json("/register/", &with(&new("other@example.com"), "nickname", "strasse_under")).await.expect(200);
}

#[tokio::test]
async fn generates_a_pleasant_nickname_for_each() {
    let app = TestApp::start().await;
    let mut seen = std::collections::HashSet::new();
    for number in 0..20 {
        let user = app.register(&format!("user{number}@example.com")).await;
        let nickname = user["nickname"].as_str().unwrap().to_owned();
        assert!(gatepost::nicknames::is_allowed(&nickname), "{nickname}");
        assert!(nickname.is_ascii() && (3..=50).contains(&nickname.len()), "{nickname}");
        assert!(seen.insert(nickname.to_lowercase()), "{nickname} twice");
    }
}

#[tokio::test]
async fn burns_no_address_by_a_refusal() {
    let app = TestApp::start().await;
    app.post_json("/register/", &with(&new("first@example.com"), "nickname", "taken")).await.expect(200);
    let good = new("ann@example.com");
    app.post_json("/register/", &with(&good, "nickname", "taken")).await.expect(400);
    app.post_json("/register/", &with(&good, "password", "short")).await.expect(422);
    app.post_json("/register/", &with(&good, "bio", "x".repeat(501))).await.expect(422);
    app.post("/register/").body("application/json", &b"{\"email\": \"ann@example.com\""[..]).await.expect(422);
    assert!(app.mails_to("ann@example.com").await.is_empty());
    app.post_json("/register/", &good).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn makes_one_account_when_an_address_comes_several_times_at_once() {
    let app = TestApp::start().await;
    app.admin().await;
    let answers = futures_util::future::join_all((0..12).map(|number| {
        let app = &app;
        let email = if number % 2 == 0 { "ann@example.com" } else { "ANN@example.com" };
        async move { app.post_json("/register/", &new(email)).await }
    }));
    let statuses: Vec<u16> = answers.await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 400).count(), 11, "{statuses:?}");
    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn keeps_the_password_only_as_a_hash() {
    let app = TestApp::start().await;
    app.register("ann@example.com").await;
    let row = app.db.one("SELECT password_hash FROM accounts WHERE email = $1", params!["ann@example.com"]).await.unwrap();
    let hash: String = row.get("password_hash").unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && !hash.contains(PASSWORD), "{hash}");
}

#[tokio::test]
async fn mails_a_link_and_nothing_typed_as_markup() {
    let app = TestApp::start().await;
    app.admin().await;
    let sent = with(&new("ann@example.com"), "first_name", "<b>Ann</b>\r\nBcc: x@example.com");
    app.post_json("/register/", &sent).await.expect(200);
    app.register("nameless@example.com").await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert!(!mail.html.contains("<b>Ann"), "{}", mail.html);
    assert!(!mail.subject.contains(['\r', '\n']), "{:?}", mail.subject);
    assert_eq!((mail.to.as_str(), mail.links.len()), ("ann@example.com", 1));
    assert!(mail.text.contains(&mail.links[0]) && mail.html.contains("/verify-email/"));
    let nameless = &app.mails_to("nameless@example.com").await[0];
    let nickname_free = nameless.text.lines().next().unwrap();
    assert!(!nickname_free.contains("None") && !nickname_free.contains(" ,"), "{nickname_free}");
}
