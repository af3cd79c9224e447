//! Every path by which somebody gets a password refuses the bad ones, and takes the others as they are.

use gatepost::config::Config;
use gatepost::registration::claim_link;
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

/// What a person is told of a password that anybody would try.
const ADVICE: &str = "one of the first that anybody would try";

/// Long ones that were leaked.
const LONG: [&str; 6] = [
    "Manchesterunited",
    "Familiyafamiliya",
    "1q2w3e4r5t6y7u8i9o0p",
    "Passwordpassword",
    "123456789012345",
    "Qwertyuiopasdfgh",
];

/// A hundred of the most common ones, evenly spread.
fn common() -> Vec<String> {
    let all = include_str!("../../../src/passwords/common.txt").lines();
    let all: Vec<&str> = all.filter(|line| line.chars().count() >= 8).collect();
    let step = all.len() / 100;
    // In capitals, so that the test client does not take a word of the answer for an echo of the password.
    let some = all.iter().step_by(step).map(|line| line.to_uppercase());
    some.take(100).collect()
}

/// Sends bad passwords on some path, and wants each refused with the reason at the field `password`.
pub async fn refuses_bad_passwords(send: impl AsyncFn(&str) -> Answer) {
    let (common, long) = (common(), LONG.map(str::to_owned));
    assert_eq!(common.len(), 100);
    for password in common.iter().chain(&long) {
        let answer = send(password).await.expect(422);
        if answer.media_type() == "text/html" {
            assert!(answer.body.contains(ADVICE), "{password}: {}", answer.body);
            continue;
        }
        let fault = answer.fault();
        assert_eq!(fault["loc"], json!(["body", "password"]), "{password}");
        assert_eq!(fault["input"], json!(null), "{password}");
        let told = fault["msg"].as_str().unwrap();
        assert!(
            told.starts_with("Value error, ") && told.contains(ADVICE),
            "{password}: {told}"
        );
    }
}

/// Good ones of every kind: no sort of character is asked for, and none is forbidden.
fn good() -> Vec<String> {
    let long = |length: usize| -> String {
        "otter quartz näht 🦦 "
            .chars()
            .cycle()
            .take(length)
            .collect()
    };
    let few = [
        "🦦🦊🐻🐼🦁🐯🐸🐵",
        "  two words  ",
        "tzkwpqmrnvyxhsdgfbcj",
        "7392648105",
        PASSWORD,
    ];
    few.map(str::to_owned)
        .into_iter()
        .chain([long(64), long(128)])
        .collect()
}

fn public(config: &mut Config) {
    config.public_url = Some("https://accounts.example.com".parse().unwrap());
}

#[tokio::test]
async fn registration() {
    let app = TestApp::start().await;
    refuses_bad_passwords(async |password| {
        let new = json!({"email": "jane@example.com", "password": password});
        app.post_json("/register/", &new).await
    })
    .await;
    for (number, password) in good().iter().enumerate() {
        let new = json!({"email": format!("p{number}@example.com"), "password": password});
        app.post_json("/register/", &new).await.expect(200);
    }
}

#[tokio::test]
async fn the_registration_form() {
    let app = TestApp::start().await;
    refuses_bad_passwords(async |password| {
        let fields = [("email", "jane@example.com"), ("password", password)];
        let form = app.post_form("/register_with_form/", &fields);
        form.header("accept", "text/html").await
    })
    .await;
}

#[tokio::test]
async fn creation_by_staff() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let create = async |email: &str, password: &str| {
        let new = json!({"email": email, "password": password});
        app.post_json("/users/", &new).bearer(&admin.token).await
    };
    refuses_bad_passwords(async |password| create("jane@example.com", password).await).await;
    for (number, password) in good().iter().enumerate() {
        create(&format!("p{number}@example.com"), password)
            .await
            .expect(201);
    }
}

#[tokio::test]
async fn change() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    refuses_bad_passwords(async |password| {
        let body = json!({"current_password": PASSWORD, "password": password});
        app.post_json("/myaccount/password", &body)
            .bearer(&jane.token)
            .await
    })
    .await;
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn claim() {
    let app = TestApp::with(public).await;
    let link = claim_link(&app)
        .await
        .unwrap()
        .expect("no administrator yet");
    let path = link.strip_prefix("https://accounts.example.com").unwrap();
    refuses_bad_passwords(async |password| {
        let fields = [("email", "boss@example.com"), ("password", password)];
        app.post_form(path, &fields)
            .header("accept", "text/html")
            .await
    })
    .await;
    let fields = [("email", "boss@example.com"), ("password", PASSWORD)];
    app.post_form(path, &fields).await.expect(303);
}

#[tokio::test]
async fn the_operators_own_words_bar_on_a_path_as_well() {
    let app =
        TestApp::with(|config| config.passwords.context_words = vec!["Springfield".into()]).await;
    let new = |password: &str| json!({"email": "jane@example.com", "password": password});
    app.post_json("/register/", &new("Springfield#1"))
        .await
        .expect(422);
    app.post_json("/register/", &new("springfield nine rabbits"))
        .await
        .expect(200);
}
