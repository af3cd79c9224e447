//! `GET /.well-known/jwks.json`, before and after a rotation.

use gatepost::db::Run;
use serde_json::Value;

use super::rotate;
use crate::support::TestApp;
use crate::support::people::keys;

async fn published(app: &TestApp) -> Vec<Value> {
    app.get("/.well-known/jwks.json").await.expect(200).json()["keys"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn shows_the_public_half_only() {
    let app = TestApp::start().await;
    let all = published(&app).await;
    assert_eq!(all.len(), 1);
    let key = &all[0];
    assert_eq!(
        (key["kty"].as_str(), key["crv"].as_str()),
        (Some("EC"), Some("P-256"))
    );
    assert_eq!(
        (key["alg"].as_str(), key["use"].as_str()),
        (Some("ES256"), Some("sig"))
    );
    for name in keys(key) {
        assert!(
            ["use", "alg", "kid", "kty", "crv", "x", "y"].contains(&name),
            "{name} is published"
        );
    }
    assert!(
        app.get("/.well-known/jwks.json")
            .await
            .header("cache-control")
            .contains("max-age=")
    );
}

#[tokio::test]
async fn keeps_the_old_key_until_its_last_tokens_have_run_out() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    app.clock.advance(std::time::Duration::from_secs(1));
    let kid = rotate(&app).await;
    let all = published(&app).await;
    assert_eq!((all.len(), all[0]["kid"].as_str()), (2, Some(kid.as_str())));
    let new = app.log_in(&admin.email).await;
    assert_eq!(
        jsonwebtoken::decode_header(&new).unwrap().kid.as_deref(),
        Some(kid.as_str())
    );
    for token in [&admin.token, &new] {
        app.get("/myaccount").bearer(token).await.expect(200);
    }
    app.clock
        .advance(app.config.session.lifetime.get() + std::time::Duration::from_secs(1));
    rotate(&app).await;
    let kids: Vec<Value> = published(&app)
        .await
        .iter()
        .map(|key| key["kid"].clone())
        .collect();
    assert_eq!(kids.len(), 2, "the first one is gone: {kids:?}");
}

#[tokio::test]
async fn is_deleted_by_itself_once_its_last_tokens_have_run_out() {
    let app = TestApp::start().await;
    rotate(&app).await;
    app.advance_almost(app.config.session.lifetime.get());
    assert_eq!(gatepost::keys::purge(&app).await.unwrap(), 0);
    app.clock.advance(std::time::Duration::from_secs(2));
    assert_eq!(gatepost::keys::purge(&app).await.unwrap(), 1);
    app.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(published(&app).await.len(), 1);
    app.clock.advance(app.config.session.lifetime.get() * 2);
    assert_eq!(
        gatepost::keys::purge(&app).await.unwrap(),
        0,
        "the one that signs stays, however old it is"
    );
}

#[tokio::test]
async fn keeps_the_private_half_sealed() {
    let app = TestApp::start().await;
    let row = app
        .db
        .one("SELECT sealed FROM signing_keys", &[])
        .await
        .unwrap();
    let sealed: Vec<u8> = row.get("sealed").unwrap();
    // The beginning of every EC key in PKCS #8.
    let oid = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    assert!(!sealed.windows(oid.len()).any(|part| part == oid));
}
