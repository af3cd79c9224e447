//! The registration form, as a browser without scripts uses it.

use crate::support::{PASSWORD, TestApp};

const ACTION: &str = "/register_with_form/";

#[tokio::test]
async fn registers_with_nothing_but_an_address_and_a_password() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = app.browser();
    let form = browser
        .open("/register-form")
        .await
        .expect(200, "/register-form")
        .form(ACTION);
    let form = form
        .fill("email", "ann@example.com")
        .fill("password", PASSWORD);
    let done = browser.submit(&form).await;
    assert_eq!(done.status, 200, "{}", done.html);
    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn keeps_everything_that_was_typed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let typed = [
        ("email", "ann@example.com"),
        ("password", PASSWORD),
        ("nickname", "Ann-1"),
        ("first_name", "Ann"),
        ("last_name", "O'Döe & <sons>"),
        ("bio", "One\r\nTwo"),
        ("github_profile_url", "https://github.com/ann?a=1&b=2"),
    ];
    let form = browser.open("/register-form").await.form(ACTION);
    let form = typed
        .iter()
        .fold(form, |form, (name, value)| form.fill(name, value));
    assert_eq!(browser.submit(&form).await.status, 200);
    let token = app.log_in("ann@example.com").await;
    let user = app
        .get("/myaccount")
        .bearer(&token)
        .await
        .expect(200)
        .json();
    for (name, value) in typed.iter().filter(|(name, _)| *name != "password") {
        assert_eq!(user[name], *value, "{name}");
    }
    assert_eq!(user["linkedin_profile_url"], serde_json::Value::Null);
}

#[tokio::test]
async fn says_what_is_wrong_in_words_for_people() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser.open("/register-form").await.form(ACTION);
    let form = form
        .fill("email", "")
        .fill("password", "sh0rt-x")
        .fill("nickname", "a b c")
        .fill("first_name", &"x".repeat(101))
        .fill("github_profile_url", "github");
    let page = browser.submit(&form).await.expect(422, ACTION);
    page.shows("Fill this in.")
        .shows("Use at least 8 characters.")
        .shows("Use only letters, digits, - and _.")
        .shows("Use at most 100 characters.")
        .shows("Enter a whole web address");
    for text in ["String should", "Value error", "Field required", r"[\w-]"] {
        assert!(!page.html.contains(text), "{text}");
    }
}

#[tokio::test]
async fn shows_every_fault_and_what_was_typed_but_never_the_password() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser.open("/register-form").await.form(ACTION);
    let form = form
        .fill("email", "no\"body<")
        .fill("password", "sh0rt-x")
        .fill("nickname", "a b")
        .fill("bio", "</textarea><b>");
    let page = browser.submit(&form).await.expect(422, ACTION);
    page.shows("It must have exactly one @-sign.")
        .shows("at least 8 characters");
    assert!(
        page.html.contains("id=\"email-fault\"") && page.html.contains("id=\"nickname-fault\""),
        "{}",
        page.html
    );
    let again = page.form(ACTION);
    assert_eq!(
        (again.value("email"), again.value("nickname")),
        ("no\"body<", "a b")
    );
    assert_eq!(
        (again.value("bio"), again.value("password")),
        ("</textarea><b>", "")
    );
}

#[tokio::test]
async fn says_what_is_taken() {
    let app = TestApp::start().await;
    app.register("ann@example.com").await;
    let browser = app.browser();
    let form = browser.open("/register-form").await.form(ACTION);
    let page = browser
        .submit(
            &form
                .fill("email", "ann@example.com")
                .fill("password", PASSWORD),
        )
        .await;
    page.expect(400, ACTION)
        .shows("User with given email already exists.");
}

#[tokio::test]
async fn answers_json_to_whoever_asks_for_it() {
    let app = TestApp::start().await;
    let request = app
        .post_form(ACTION, &[("email", "x")])
        .header("accept", "application/json");
    let faults = request
        .header("sec-fetch-site", "same-origin")
        .await
        .faults();
    assert_eq!(faults.len(), 2);
}

#[tokio::test]
async fn takes_nothing_from_another_site() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser.open("/register-form").await.form(ACTION);
    let form = form
        .fill("email", "ann@example.com")
        .fill("password", PASSWORD);
    assert_eq!(browser.submit_from_elsewhere(&form).await.status, 403);
    app.register("ann@example.com").await;
}
