//! `POST /login/refresh`: the next tokens for the newest refresh token. What happens to used ones is in `reuse.rs`.

use gatepost::db::Run;
use gatepost::params;
use serde_json::{Value, json};

use super::{Held, NOT_REFRESHED, log_in, next, over, own, refresh};
use crate::support::TestApp;
use crate::support::people::keys;

#[tokio::test]
async fn answers_the_next_tokens_of_the_same_session() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let answer = refresh(&app, &first.refresh).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(
        keys(&body),
        ["access_token", "token_type", "expires_in", "refresh_token"]
    );
    assert_eq!(body["token_type"], "bearer");
    assert!(answer.set_cookies().is_empty());
    let second = Held::of(&body);
    assert_ne!(second.refresh, first.refresh);
    assert_ne!(second.access, first.access);
    assert_eq!(second.session(), first.session());
    // The access token before is good until it runs out.
    for held in [&first, &second] {
        own(&app, &held.access).await.expect(200);
    }
}

#[tokio::test]
async fn goes_on_as_often_as_one_likes() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut held = log_in(&app, &jane.email).await;
    let first = held.refresh.clone();
    let mut seen = vec![first.clone()];
    for _ in 0..50 {
        held = next(&app, &held.refresh).await;
        assert!(!seen.contains(&held.refresh), "a token came twice");
        assert_eq!(held.refresh.len(), first.len(), "it does not grow");
        seen.push(held.refresh.clone());
    }
}

#[tokio::test]
async fn tells_the_role_and_the_address_as_they_are_now() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let admin = app.admin().await;
    app.put_json(&format!("/users/{}", jane.id), &json!({"role": "MANAGER"}))
        .bearer(&admin.token)
        .await
        .expect(200);
    let held = next(&app, &held.refresh).await;
    assert_eq!(super::claims(&held.access)["role"], "MANAGER");
}

#[tokio::test]
async fn takes_json_and_both_kinds_of_forms() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut held = log_in(&app, &jane.email).await;
    for grant in [Some("refresh_token"), None] {
        let mut fields = vec![("refresh_token", held.refresh.clone())];
        fields.extend(grant.map(|grant| ("grant_type", grant.to_owned())));
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let answer = app.post_form("/login/refresh", &pairs).await.expect(200);
        held = Held::of(&answer.json());
        let object: Value = fields
            .iter()
            .map(|(name, _)| {
                let value = if *name == "grant_type" {
                    "refresh_token"
                } else {
                    held.refresh.as_str()
                };
                ((*name).to_owned(), json!(value))
            })
            .collect::<serde_json::Map<_, _>>()
            .into();
        let answer = app.post_json("/login/refresh/", &object).await.expect(200);
        held = Held::of(&answer.json());
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"refresh_token\"\r\n\r\n{}\r\n--b--\r\n",
            held.refresh
        );
        let answer = app
            .post("/api/login/refresh")
            .body("multipart/form-data; boundary=b", body)
            .await;
        held = Held::of(&answer.expect(200).json());
    }
}

#[tokio::test]
async fn names_what_is_wrong_with_the_body_and_repeats_no_token() {
    let app = TestApp::start().await;
    let secret = "a-secret-token-of-somebody";
    for (body, place, kind) in [
        (json!({}), json!(["body", "refresh_token"]), "missing"),
        (
            json!({"refresh_token": [secret]}),
            json!(["body", "refresh_token"]),
            "string_type",
        ),
        (
            json!({"refresh_token": null}),
            json!(["body", "refresh_token"]),
            "string_type",
        ),
        (
            json!({"refresh_token": secret.repeat(60)}),
            json!(["body", "refresh_token"]),
            "string_too_long",
        ),
        (
            json!({"refresh_token": secret, "grant_type": "password"}),
            json!(["body", "grant_type"]),
            "string_pattern_mismatch",
        ),
        (json!([secret]), json!(["body"]), "model_attributes_type"),
    ] {
        let answer = app.post_json("/login/refresh", &body).await;
        let fault = answer.fault();
        assert_eq!(
            (&fault["loc"], &fault["type"]),
            (&place, &json!(kind)),
            "{body}"
        );
        // What is no object is shown as it was sent, whatever it is.
        assert!(
            !body.is_object() || !answer.body.contains(secret),
            "{}",
            answer.body
        );
    }
    let answer = app
        .post_form("/login/refresh", &[("grant_type", "refresh_token")])
        .await;
    assert_eq!(answer.fault()["loc"], json!(["body", "refresh_token"]));
    let answer = app
        .post("/login/refresh")
        .body("application/json", "{")
        .await;
    assert_eq!(answer.fault()["type"], "json_invalid");
    app.post("/login/refresh").await.expect(422);
}

#[tokio::test]
async fn refuses_what_is_no_refresh_token() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let digest = gatepost::crypto::hex(&gatepost::crypto::digest(held.refresh.as_bytes()));
    let mut nearly = held.refresh.clone();
    nearly.pop();
    for garbage in [
        "x",
        "nonsense",
        "0",
        "null",
        "' OR 1=1 --",
        "\u{0}",
        "🦦",
        " ",
        held.access.as_str(),
        held.session().as_str(),
        digest.as_str(),
        nearly.as_str(),
        &format!("{} ", held.refresh),
        &format!("{}A", held.refresh),
        &held.refresh.to_lowercase(),
    ] {
        let answer = refresh(&app, garbage).await;
        let answer = answer.expect_refusal(401, NOT_REFRESHED);
        assert_eq!(answer.json()["code"], "invalid_refresh_token");
    }
    // None of that has done the right one any harm.
    next(&app, &held.refresh).await;
}

#[tokio::test]
async fn is_no_way_to_call_and_an_access_token_is_no_way_to_refresh() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    own(&app, &held.refresh).await.expect(401);
    app.get("/myaccount")
        .cookie("access_token", &held.refresh)
        .await
        .expect(401);
    // The credentials of the header are nobody's here.
    app.post_json("/login/refresh", &json!({"refresh_token": "x"}))
        .bearer(&held.access)
        .await
        .expect(401);
}

#[tokio::test]
async fn refuses_a_session_that_is_over_or_somebody_who_is_locked_or_gone() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let logged_out = log_in(&app, &jane.email).await;
    app.post("/logout")
        .bearer(&logged_out.access)
        .await
        .expect(303);
    let locked = log_in(&app, &jane.email).await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    let john = app.verified_user("john@example.com").await;
    let gone = log_in(&app, &john.email).await;
    app.delete(&format!("/users/{}", john.id))
        .bearer(&admin.token)
        .await
        .expect(204);
    for held in [&logged_out, &locked, &gone] {
        for _ in 0..2 {
            refresh(&app, &held.refresh)
                .await
                .expect_refusal(401, NOT_REFRESHED);
        }
    }
    // The lock is lifted; what it has ended stays ended.
    app.post(&format!("/users/{}/unlock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    refresh(&app, &locked.refresh)
        .await
        .expect_refusal(401, NOT_REFRESHED);
    assert_eq!(over(&app, &locked.access).await, "account_locked");
}

#[tokio::test]
async fn gives_a_browser_none() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = super::browser(&app, &jane.email).await;
    let session = super::sid(&browser.cookie("access_token").unwrap());
    let id: uuid::Uuid = session.parse().unwrap();
    let sql = "SELECT refresh_digest FROM sessions WHERE id = $1";
    let row = app.db.one(sql, params![id]).await.unwrap();
    let digest: Option<Vec<u8>> = row.get("refresh_digest").unwrap();
    assert_eq!(digest, None);
}
