//! Rotation, between nodes and between clocks. What is published is in `publish.rs`.

use gatepost::app::App;
use gatepost::clock::Clock;
use gatepost::db::Run;
use gatepost::params;
use serde_json::Value;

use super::rotate;
use crate::support::TestApp;

/// The key that signed a token.
fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token)
        .unwrap()
        .kid
        .expect("a kid")
}

#[tokio::test]
async fn signs_with_the_new_key_at_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut before = kid(&admin.token);
    for _ in 0..10 {
        let new = rotate(&app).await;
        assert_ne!(new, before);
        assert_eq!(
            kid(&app.log_in(&admin.email).await),
            new,
            "the clock stands still"
        );
        before = new;
    }
    app.get("/myaccount").bearer(&admin.token).await.expect(200);
}

#[tokio::test]
async fn signs_with_the_new_key_also_when_the_clock_of_the_last_one_was_fast() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    // As if a node whose clock is an hour ahead had made the first key.
    let ahead = app.clock.now().plus(std::time::Duration::from_hours(1));
    app.db
        .execute("UPDATE signing_keys SET created_at = $1", params![ahead])
        .await
        .unwrap();
    let new = rotate(&app).await;
    assert_eq!(kid(&app.log_in(&admin.email).await), new);
}

#[tokio::test]
async fn is_noticed_by_the_other_nodes() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let admin = app.admin().await;
    let new = rotate(&app).await;
    // Whatever the other still signs with is good here, and what is signed here is good there.
    let theirs = node.log_in(&admin.email).await;
    app.get("/myaccount").bearer(&theirs).await.expect(200);
    let ours = app.log_in(&admin.email).await;
    node.get("/myaccount").bearer(&ours).await.expect(200);
    app.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(kid(&node.log_in(&admin.email).await), new);
}

#[tokio::test]
async fn a_published_key_verifies_a_token_without_asking() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    rotate(&app).await;
    let new = app.log_in(&admin.email).await;
    let published = app.get("/.well-known/jwks.json").await.expect(200).body;
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&published).unwrap();
    for token in [&admin.token, &new] {
        let key = set.find(&kid(token)).expect("published");
        let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
        let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
        rules.set_audience(&[&app.config.tokens.audience]);
        rules.set_issuer(&[app.config.issuer()]);
        let claims = jsonwebtoken::decode::<Value>(token, &key, &rules)
            .unwrap()
            .claims;
        assert_eq!(claims["sub"], admin.id.as_str());
    }
}

#[tokio::test]
async fn two_nodes_that_start_at_once_share_one_key() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let keys = app
        .db
        .all("SELECT kid FROM signing_keys", &[])
        .await
        .unwrap();
    assert_eq!(keys.len(), 1);
    let admin = app.admin().await;
    node.get("/myaccount")
        .bearer(&admin.token)
        .await
        .expect(200);
}

#[tokio::test]
async fn another_master_key_is_told_to_the_operator() {
    let app = TestApp::start().await;
    let mut config = app.config.clone();
    config.keys.secret = "another secret that is long enough for a key".into();
    let Err(fault) = App::open(config, Clock::standing()).await else {
        panic!("keys of another master key were read");
    };
    assert!(fault.contains("sealed under another master key"), "{fault}");
}
