//! The claim link: how a public server gets its first administrator.

use gatepost::config::Config;
use gatepost::registration::claim_link;

use crate::support::{PASSWORD, TestApp};

fn public(config: &mut Config) {
    config.public_url = Some("https://accounts.example.com".parse().unwrap());
}

/// The path of a new link.
async fn claim(app: &TestApp) -> String {
    let link = claim_link(app)
        .await
        .unwrap()
        .expect("there is no administrator yet");
    link.strip_prefix("https://accounts.example.com")
        .expect("made from the settings")
        .to_owned()
}

fn fields(email: &str) -> [(&str, &str); 2] {
    [("email", email), ("password", PASSWORD)]
}

#[tokio::test]
async fn makes_the_first_administrator_once() {
    let app = TestApp::with(public).await;
    let path = claim(&app).await;
    app.get(&path).await.expect(200);
    let answer = app
        .post_form(&path, &fields("boss@example.com"))
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/login-form");
    let token = app.log_in("boss@example.com").await;
    let user = app
        .get("/myaccount")
        .bearer(&token)
        .await
        .expect(200)
        .json();
    assert_eq!(
        (user["role"].as_str(), user["email_verified"].as_bool()),
        (Some("ADMIN"), Some(true))
    );

    app.get(&path).await.expect(400);
    app.post_form(&path, &fields("second@example.com"))
        .await
        .expect(400);
    assert_eq!(
        claim_link(&app).await.unwrap(),
        None,
        "there is an administrator now"
    );
}

#[tokio::test]
async fn works_only_with_the_newest_link() {
    let app = TestApp::with(public).await;
    let (older, newer) = (claim(&app).await, claim(&app).await);
    app.post_form(&older, &fields("boss@example.com"))
        .await
        .expect(400);
    app.post_form("/claim/guess", &fields("boss@example.com"))
        .await
        .expect(400);
    app.post_form(&newer, &fields("boss@example.com"))
        .await
        .expect(303);
}

#[tokio::test]
async fn survives_a_fault_in_the_form() {
    let app = TestApp::with(public).await;
    let path = claim(&app).await;
    app.post_form(&path, &[("email", "nobody"), ("password", "sh0rt-x")])
        .header("accept", "text/html")
        .await
        .expect(422);
    app.post_form(&path, &fields("boss@example.com"))
        .header("sec-fetch-site", "cross-site")
        .await
        .expect(403);
    app.post_form(&path, &fields("boss@example.com"))
        .await
        .expect(303);
}

#[tokio::test]
async fn takes_over_an_address_that_somebody_has_registered_before() {
    let app = TestApp::with(public).await;
    app.register("boss@example.com").await;
    let path = claim(&app).await;
    // A stranger may have been faster; the link must still be of use, with another address at least.
    app.post_form(&path, &fields("boss@example.com"))
        .header("accept", "text/html")
        .await
        .expect(400);
    app.post_form(&path, &fields("real.boss@example.com"))
        .await
        .expect(303);
}

#[tokio::test]
async fn is_not_needed_on_ones_own_machine() {
    let app = TestApp::start().await;
    assert_eq!(claim_link(&app).await.unwrap(), None);
}
