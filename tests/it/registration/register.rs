//! `POST /register/`: makes an account and answers it.

use serde_json::{Value, json};

use super::new;
use crate::support::people::{keys, with};
use crate::support::{PASSWORD, TestApp};

/// The keys of the user object, in the order that clients were promised.
pub const USER_KEYS: [&str; 17] = [
    "email",
    "nickname",
    "first_name",
    "last_name",
    "bio",
    "profile_picture_url",
    "linkedin_profile_url",
    "github_profile_url",
    "role",
    "id",
    "is_professional",
    "email_verified",
    "is_locked",
    "created_at",
    "updated_at",
    "last_login_at",
    "links",
];

#[tokio::test]
async fn answers_the_user_with_its_keys_in_order() {
    let app = TestApp::start().await;
    app.admin().await;
    let answer = app
        .post_json("/register/", &new("ann@example.com"))
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let user = answer.json();
    assert_eq!(keys(&user), USER_KEYS);
    for optional in &USER_KEYS[2..8] {
        assert_eq!(user[optional], Value::Null, "{optional}");
    }
    assert_eq!(user["role"], "ANONYMOUS");
    assert_eq!(user["is_professional"], false);
    assert_eq!(
        (&user["email_verified"], &user["is_locked"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(user["last_login_at"], Value::Null);
    assert_eq!(user["created_at"], app.clock.now().to_string());
    assert!(
        user["links"]
            .as_array()
            .unwrap()
            .iter()
            .all(|link| keys(link) == ["rel", "href", "method"])
    );
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
    assert_eq!(
        (&user["is_professional"], &user["email_verified"]),
        (&json!(false), &json!(false))
    );
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
        let email = format!("future.{role}@example.com");
        let user = app
            .post_json("/register/", &with(&new(&email), "role", role))
            .await
            .expect(200)
            .json();
        assert_eq!(user["role"], "ANONYMOUS");
        app.get(&app.verify_link(&email).await).await.expect(307);
        let token = app.log_in(&email).await;
        assert_eq!(
            app.get("/myaccount")
                .bearer(&token)
                .await
                .expect(200)
                .json()["role"],
            "AUTHENTICATED"
        );
    }
    let fault = app
        .post_json("/register/", &with(&new("x@example.com"), "role", "KING"))
        .await
        .fault();
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
        let user = app
            .post_json("/register/", &new(typed))
            .await
            .expect(200)
            .json();
        assert_eq!(user["email"], kept);
    }
}

#[tokio::test]
async fn generates_a_pleasant_nickname_for_each() {
    let app = TestApp::start().await;
    let mut seen = std::collections::HashSet::new();
    for number in 0..20 {
        let user = app.register(&format!("user{number}@example.com")).await;
        let nickname = user["nickname"].as_str().unwrap().to_owned();
        assert!(gatepost::nicknames::is_allowed(&nickname), "{nickname}");
        assert!(
            nickname.is_ascii() && (3..=50).contains(&nickname.len()),
            "{nickname}"
        );
        assert!(seen.insert(nickname.to_lowercase()), "{nickname} twice");
    }
}

#[tokio::test]
async fn mails_a_link_and_nothing_typed_as_markup() {
    let app = TestApp::start().await;
    app.admin().await;
    let sent = with(
        &new("ann@example.com"),
        "first_name",
        "<b>Ann</b>\r\nBcc: x@example.com",
    );
    app.post_json("/register/", &sent).await.expect(200);
    app.register("nameless@example.com").await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert!(!mail.html.contains("<b>Ann"), "{}", mail.html);
    assert!(!mail.subject.contains(['\r', '\n']), "{:?}", mail.subject);
    assert_eq!((mail.to.as_str(), mail.links.len()), ("ann@example.com", 1));
    assert!(mail.text.contains(&mail.links[0]) && mail.html.contains("verify-email"));
    let nameless = &app.mails_to("nameless@example.com").await[0];
    let nickname_free = nameless.text.lines().next().unwrap();
    assert!(
        !nickname_free.contains("None") && !nickname_free.contains(" ,"),
        "{nickname_free}"
    );
}
