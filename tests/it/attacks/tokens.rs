//! Forged tokens and tokens of another kind: only what this server has signed as an access token opens anything.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

/// What an own access token says, and the key that signs it: as strong as whoever has found a way to sign.
async fn claims(app: &TestApp) -> Value {
    let token = &app.admin().await.token;
    let part = token.split('.').nth(1).expect("claims");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn sign(app: &TestApp, header: &Value, claims: &Value) -> String {
    let key = app.keys.signing(app).await.unwrap();
    let header: Header = serde_json::from_value(header.clone()).unwrap();
    jsonwebtoken::encode(&header, claims, &key.encoding).unwrap()
}

async fn header(app: &TestApp) -> Value {
    let key = app.keys.signing(app).await.unwrap();
    json!({"alg": "ES256", "typ": "at+jwt", "kid": key.kid})
}

async fn assert_refused(app: &TestApp, token: &str, what: &str) {
    let answer = app.get("/myaccount").bearer(token).await;
    assert_eq!(answer.status, 401, "{what}: {token}");
    let answer = app.get("/myaccount").cookie("access_token", token).await;
    assert_eq!(answer.status, 401, "{what} as a cookie: {token}");
}

#[tokio::test]
async fn the_same_claims_signed_again_are_a_token() {
    let app = TestApp::start().await;
    let token = sign(&app, &header(&app).await, &claims(&app).await).await;
    app.get("/myaccount").bearer(&token).await.expect(200);
}

#[tokio::test]
async fn a_token_with_one_character_changed_is_none() {
    let app = TestApp::start().await;
    let token = app.admin().await.token.clone();
    for (place, old) in token.char_indices() {
        for new in ['A', 'B', '_', '.', '='] {
            if new == old {
                continue;
            }
            let changed = format!("{}{new}{}", &token[..place], &token[place + 1..]);
            let answer = app.get("/myaccount").bearer(&changed).await;
            assert_eq!(answer.status, 401, "{place}: {changed}");
        }
    }
    // The last character has bits to spare: another one must not mean the same.
    let (front, _) = token.split_at(token.len() - 1);
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for letter in letters.chars().filter(|letter| !token.ends_with(*letter)) {
        assert_refused(&app, &format!("{front}{letter}"), "the last character").await;
    }
    for odd in [
        format!("{token}="),
        format!("{token} x"),
        format!("{token}."),
        format!(".{token}"),
        token.replace('.', ".."),
        token.to_uppercase(),
    ] {
        assert_refused(&app, &odd, "an odd end").await;
    }
    app.get("/myaccount").bearer(&token).await.expect(200);
}

#[tokio::test]
async fn a_claim_that_is_another_one_opens_nothing_even_if_it_is_signed() {
    let app = TestApp::start().await;
    let (header, good) = (header(&app).await, claims(&app).await);
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!("")),
        ("aud", json!("another-application")),
        ("aud", json!("")),
        ("aud", json!([])),
        ("exp", json!(1)),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("sid", json!("01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
        ("sid", json!("../")),
        ("sid", json!("")),
        ("sid", json!(null)),
    ] {
        let mut changed = good.clone();
        changed[name] = value.clone();
        let token = sign(&app, &header, &changed).await;
        assert_refused(&app, &token, &format!("{name}: {value}")).await;
    }
    for name in ["iss", "aud", "exp", "sub", "sid"] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(name);
        let token = sign(&app, &header, &without).await;
        assert_refused(&app, &token, &format!("without {name}")).await;
    }
}

#[tokio::test]
async fn a_role_or_a_name_in_a_token_is_not_believed() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    let admin = app.admin().await;
    let part = user.token.split('.').nth(1).unwrap();
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    claims["role"] = json!("ADMIN");
    claims["sub"] = json!(admin.id);
    claims["user_id"] = json!(admin.id);
    claims["email"] = json!(admin.email);
    let token = sign(&app, &header(&app).await, &claims).await;
    let me = app.get("/myaccount").bearer(&token).await;
    assert!(
        me.status == 401 || me.json()["email"] == json!(user.email),
        "{me:#?}"
    );
    let list = app.get("/users/").bearer(&token).await;
    assert!(matches!(list.status, 401 | 403), "{list:#?}");
}

#[tokio::test]
async fn nothing_in_the_header_chooses_kind_algorithm_or_key() {
    let app = TestApp::start().await;
    let (good, claims) = (header(&app).await, claims(&app).await);
    for kind in [
        "JWT",
        "jwt",
        "id+jwt",
        "logout+jwt",
        "dpop+jwt",
        "application/at+jwt",
        "",
    ] {
        let mut header = good.clone();
        header["typ"] = json!(kind);
        let token = sign(&app, &header, &claims).await;
        assert_refused(&app, &token, kind).await;
    }
    for kid in [
        "",
        "none",
        "0",
        "../../../../dev/null",
        "/proc/sys/kernel/randomize_va_space",
        "' UNION SELECT 'x",
        "https://evil.example/key",
        "\u{0}",
    ] {
        let mut header = good.clone();
        header["kid"] = json!(kid);
        let token = sign(&app, &header, &claims).await;
        assert_refused(&app, &token, kid).await;
    }
    let mut header = good.clone();
    header.as_object_mut().unwrap().remove("typ");
    let token = sign(&app, &header, &claims).await;
    assert_refused(&app, &token, "no kind").await;
}

#[tokio::test]
async fn a_key_that_the_token_brings_or_that_everybody_has_signs_nothing() {
    let app = TestApp::start().await;
    let (good, claims) = (header(&app).await, claims(&app).await);
    let keys = app.get("/.well-known/jwks.json").await.expect(200);
    let own = keys.json()["keys"][0].clone();
    let coordinates = format!(
        "{}{}",
        own["x"].as_str().unwrap(),
        own["y"].as_str().unwrap()
    );
    let secrets = [
        "",
        "secret",
        &keys.body,
        &own.to_string(),
        own["x"].as_str().unwrap(),
        &coordinates,
    ];
    for secret in secrets {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = Header::new(algorithm);
            header.typ = Some("at+jwt".into());
            header.kid = good["kid"].as_str().map(str::to_owned);
            let key = EncodingKey::from_secret(secret.as_bytes());
            let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
            assert_refused(&app, &token, "the public key as a secret").await;
        }
    }
    // Another server's key, brought along in the ways that RFC 7515 section 4.1 knows.
    let elsewhere = TestApp::start().await;
    let foreign = elsewhere.keys.signing(&elsewhere).await.unwrap();
    let jwks = elsewhere.get("/.well-known/jwks.json").await.json();
    let canary = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/keys", canary.local_addr().unwrap());
    for (name, value) in [
        ("jwk", jwks["keys"][0].clone()),
        ("jku", json!(address)),
        ("x5u", json!(address)),
    ] {
        for kid in [good["kid"].clone(), json!(foreign.kid)] {
            let mut header = json!({"alg": "ES256", "typ": "at+jwt", "kid": kid});
            header[name] = value.clone();
            let signed = format!("{}.{}", encoded(&header), encoded(&claims));
            let signature =
                jsonwebtoken::crypto::sign(signed.as_bytes(), &foreign.encoding, Algorithm::ES256)
                    .unwrap();
            assert_refused(&app, &format!("{signed}.{signature}"), name).await;
        }
    }
    let visit = tokio::time::timeout(std::time::Duration::from_millis(50), canary.accept()).await;
    assert!(
        visit.is_err(),
        "nobody fetches a key from where a token says"
    );
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn unsigned_tokens_are_none_however_they_are_written() {
    let app = TestApp::start().await;
    let claims = encoded(&claims(&app).await);
    let signature = app
        .admin()
        .await
        .token
        .rsplit('.')
        .next()
        .unwrap()
        .to_owned();
    for algorithm in [
        "none", "None", "NONE", "nOnE", "", "null", "RS256", "PS256", "ES384", "EdDSA", "ES256K",
        "A128KW",
    ] {
        let header = encoded(&json!({"alg": algorithm, "typ": "at+jwt"}));
        for signature in ["", &signature, "AA", &"A".repeat(86)] {
            assert_refused(&app, &format!("{header}.{claims}.{signature}"), algorithm).await;
        }
        assert_refused(&app, &format!("{header}.{claims}"), algorithm).await;
    }
    // Zeros as a signature: CVE-2022-21449.
    let header = encoded(&header(&app).await);
    for bytes in [vec![0; 64], vec![0; 0], vec![0; 8], vec![0xff; 64]] {
        let token = format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(bytes));
        assert_refused(&app, &token, "a signature of one value").await;
    }
}

#[tokio::test]
async fn no_other_secret_of_an_account_is_an_access_token() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    let fields = [("username", user.email.as_str()), ("password", PASSWORD)];
    let tokens = app.post_form("/login/", &fields).await.expect(200).json();
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let page = browser
        .submit(
            &form
                .fill("username", &user.email)
                .fill("password", PASSWORD),
        )
        .await;
    let device = browser.cookie("device").expect("a cookie");
    let csrf = page
        .form("/dashboard/profile")
        .value("csrf_token")
        .to_owned();
    app.post_json("/forgot-password", &json!({"email": user.email}))
        .await
        .expect(200);
    let mail = app.mails_to(&user.email).await.remove(0);
    let code = mail
        .links
        .iter()
        .find_map(|link| link.split_once('#'))
        .expect("a code")
        .1
        .to_owned();
    app.register("waiting@example.com").await;
    let link = app.verify_link("waiting@example.com").await;
    let verification = link.rsplit('/').next().unwrap().to_owned();
    for (what, secret) in [
        ("refresh", refresh),
        ("device", device),
        ("form", csrf),
        ("recovery", code),
        ("verification", verification),
    ] {
        assert_refused(&app, &secret, what).await;
        if what != "refresh" {
            let body = json!({"refresh_token": secret});
            app.post_json("/login/refresh", &body).await.expect(401);
        }
        if what != "recovery" {
            let body = json!({"token": secret, "password": "correct horse battery staple"});
            app.post_json("/reset-password", &body).await.expect(400);
        }
    }
}

#[tokio::test]
async fn secrets_are_long_and_none_comes_twice() {
    let app = crate::support::app_with(crate::support::calls::without_limits).await;
    let user = app.verified_user("user@example.com").await;
    let fields = [("username", user.email.as_str()), ("password", PASSWORD)];
    let mut seen = std::collections::HashSet::new();
    for round in 0..300 {
        let tokens = app.post_form("/login/", &fields).await.expect(200).json();
        let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
        assert!(
            URL_SAFE_NO_PAD.decode(&refresh).unwrap().len() >= 32,
            "{refresh}"
        );
        assert!(seen.insert(refresh), "a refresh token came twice");
        let part = tokens["access_token"]
            .as_str()
            .unwrap()
            .split('.')
            .nth(1)
            .unwrap();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        for name in ["sid", "jti"] {
            assert!(seen.insert(claims[name].to_string()), "{name} came twice");
        }
        if round % 10 == 0 {
            app.post_json("/forgot-password", &json!({"email": user.email}))
                .await
                .expect(200);
        }
    }
    for mail in app.mails_to(&user.email).await {
        for code in mail.links.iter().filter_map(|link| link.split_once('#')) {
            assert!(
                URL_SAFE_NO_PAD.decode(code.1).unwrap().len() >= 32,
                "{}",
                code.1
            );
            assert!(seen.insert(code.1.to_owned()), "a code came twice");
        }
    }
    assert!(seen.len() > 900);
}
