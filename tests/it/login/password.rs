//! `POST /login/`: a token for the right password, and one answer for everything that is wrong.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::{WRONG, log_in, right, wrong};
use crate::support::TestApp;
use crate::support::people::keys;

#[tokio::test]
async fn answers_a_bearer_token() {
    let app = TestApp::start().await;
    app.admin().await;
    let answer = right(&app, "admin@example.com").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(
        keys(&body),
        ["access_token", "token_type", "expires_in", "refresh_token"]
    );
    assert_eq!(keys(&body)[3..], ["refresh_token"]);
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(
        body["expires_in"],
        app.config.tokens.lifetime.get().as_secs()
    );
    app.get("/myaccount")
        .bearer(body["access_token"].as_str().unwrap())
        .await
        .expect(200);
    assert!(answer.set_cookies().is_empty(), "the API sets no cookie");
}

#[tokio::test]
async fn takes_the_address_in_any_spelling() {
    let app = TestApp::start().await;
    app.admin().await;
    app.verified_user("John.Doe@münchen.de").await;
    for typed in [
        "John.Doe@münchen.de",
        "john.doe@MÜNCHEN.DE",
        "JOHN.DOE@xn--mnchen-3ya.de",
        "  john.doe@münchen.de ",
    ] {
        right(&app, typed).await.expect(200);
    }
}

#[tokio::test]
async fn tells_nobody_who_has_an_account() {
    let app = TestApp::start().await;
    let known = app.verified_user("known@example.com").await;
    let for_known = wrong(&app, &known.email).await.expect_refusal(401, WRONG);
    let for_unknown = wrong(&app, "unknown@example.com")
        .await
        .expect_refusal(401, WRONG);
    let for_nonsense = wrong(&app, "no address at all")
        .await
        .expect_refusal(401, WRONG);
    assert_eq!(
        for_known.json(),
        json!({"detail": WRONG, "code": "bad_credentials"})
    );
    let shown = |answer: &crate::support::Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        (answer.body.clone(), headers)
    };
    assert_eq!(shown(&for_known), shown(&for_unknown));
    assert_eq!(shown(&for_known), shown(&for_nonsense));
}

#[tokio::test]
async fn says_that_the_address_is_unverified_only_after_the_right_password() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("new@example.com").await;
    wrong(&app, "new@example.com")
        .await
        .expect_refusal(401, WRONG);
    let refusal = right(&app, "new@example.com")
        .await
        .expect_refusal(401, "Email not verified.");
    assert_eq!(refusal.json()["code"], "email_not_verified");
    // Nothing was wrong with the password, so nothing is counted.
    for _ in 0..10 {
        right(&app, "new@example.com").await.expect(401);
    }
    app.get(&app.verify_link("new@example.com").await)
        .await
        .expect(307);
    right(&app, "new@example.com").await.expect(200);
}

#[tokio::test]
async fn compares_the_whole_password() {
    let app = TestApp::start().await;
    app.admin().await;
    let nearly = [
        "secure*1234",
        "Secure*123",
        "Secure*12345",
        " Secure*1234",
        "Secure*1234 ",
        "Secure*1234\u{0}",
        "Secure*1234\n",
        "Ｓecure*1234",
    ];
    for password in nearly {
        log_in(&app, "admin@example.com", password)
            .await
            .expect_refusal(401, WRONG);
        right(&app, "admin@example.com").await.expect(200);
    }
}

#[tokio::test]
async fn signs_a_token_that_anybody_can_check() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let header = jsonwebtoken::decode_header(&admin.token).unwrap();
    assert_eq!(
        (header.alg, header.typ.as_deref()),
        (Algorithm::ES256, Some("at+jwt"))
    );
    let published: JwkSet =
        serde_json::from_str(&app.get("/.well-known/jwks.json").await.expect(200).body).unwrap();
    let key = published
        .find(header.kid.as_deref().unwrap())
        .expect("its key is published");
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&["gatepost"]);
    rules.set_issuer(&["http://localhost:8000"]);
    let decoded =
        jsonwebtoken::decode::<Value>(&admin.token, &DecodingKey::from_jwk(key).unwrap(), &rules);
    let claims = decoded.unwrap().claims;

    assert_eq!(
        (&claims["sub"], &claims["user_id"]),
        (&json!(admin.id), &json!(admin.id))
    );
    assert_eq!(
        (&claims["email"], &claims["role"]),
        (&json!("admin@example.com"), &json!("ADMIN"))
    );
    let now = app.clock.now().seconds();
    assert_eq!(claims["iat"], now);
    assert_eq!(
        claims["exp"],
        now + i64::try_from(app.config.tokens.lifetime.get().as_secs()).unwrap()
    );
    for claim in ["sid", "jti"] {
        assert!(
            claims[claim]
                .as_str()
                .unwrap()
                .parse::<uuid::Uuid>()
                .is_ok(),
            "{claim}"
        );
    }
    let other = app.log_in(&admin.email).await;
    let of_other: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(other.split('.').nth(1).unwrap())
            .unwrap(),
    )
    .unwrap();
    assert_ne!(
        of_other["sid"], claims["sid"],
        "each login is a session of its own"
    );
    assert_ne!(of_other["jti"], claims["jti"]);
}

#[tokio::test]
async fn notes_when_somebody_logged_in() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.clock.advance(std::time::Duration::from_secs(90));
    wrong(&app, &admin.email).await.expect(401);
    let before = app
        .get("/myaccount")
        .bearer(&admin.token)
        .await
        .expect(200)
        .json();
    let token = app.log_in(&admin.email).await;
    let after = app
        .get("/myaccount")
        .bearer(&token)
        .await
        .expect(200)
        .json();
    assert_ne!(before["last_login_at"], after["last_login_at"]);
    assert_eq!(after["last_login_at"], app.clock.now().to_string());
}
