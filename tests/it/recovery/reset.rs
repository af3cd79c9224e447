//! `POST /reset-password`: a new password, and nothing else.

use serde_json::json;

use super::{INVALID, NEW, ask, mails, new_code, noted, reset};
use crate::accounts::is_signed_in;
use crate::attempts::{LOCKED, lock_out, try_password};
use crate::support::{PASSWORD, TestApp};

const WRONG: &str = "Incorrect email or password.";

#[tokio::test]
async fn the_new_password_works_and_the_old_one_no_longer() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    let answer = reset(&app, &code, NEW).await.expect(204);
    assert_eq!(answer.body, "");
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(401, WRONG);
    try_password(&app, &jane.email, NEW).await.expect(200);
}

#[tokio::test]
async fn logs_nobody_in() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    let before = super::count(&app, "sessions").await;
    let answer = reset(&app, &code, NEW).await.expect(204);
    assert!(answer.set_cookies().is_empty(), "{answer:#?}");
    assert_eq!(super::count(&app, "sessions").await, before);
}

#[tokio::test]
async fn takes_forms_as_well() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    let pasted = format!(" {code}\n");
    app.post_form("/reset-password/", &[("token", &pasted), ("password", NEW)])
        .await
        .expect(204);
    try_password(&app, "jane@example.com", NEW)
        .await
        .expect(200);
}

#[tokio::test]
async fn ends_all_sessions() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let fields = [("username", "jane@example.com"), ("password", PASSWORD)];
    let tokens = app.post_form("/login/", &fields).await.expect(200).json();
    let code = new_code(&app, &jane.email).await;
    reset(&app, &code, NEW).await.expect(204);
    let refused = app.get("/myaccount").bearer(&jane.token).await.expect(401);
    assert!(
        refused
            .header("www-authenticate")
            .contains("password_reset"),
        "{refused:#?}"
    );
    assert!(!is_signed_in(&app, tokens["access_token"].as_str().unwrap()).await);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    app.post_json("/login/refresh", &refresh).await.expect(401);
    assert!(is_signed_in(&app, &app.admin().await.token).await);
}

#[tokio::test]
async fn refuses_codes_that_were_never_mailed() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    for wrong in [
        "A".repeat(43),
        String::new() + &code[1..],
        format!("{code}A"),
        code.to_lowercase(),
        code.chars().rev().collect(),
        "%00".to_owned(),
        "\u{0}".to_owned(),
        "💥".to_owned(),
        "' OR 1=1 --".to_owned(),
        jane.id.clone(),
        jane.token.clone(),
        gatepost::crypto::hex(&gatepost::crypto::digest(code.as_bytes())),
    ] {
        let answer = reset(&app, &wrong, NEW).await;
        let refusal = answer.expect_refusal(400, INVALID);
        assert_eq!(refusal.json()["code"], "invalid_recovery_token");
    }
    app.log_in(&jane.email).await;
    reset(&app, &code, NEW).await.expect(204);
}

#[tokio::test]
async fn names_what_is_missing_and_repeats_no_secret() {
    let app = TestApp::start().await;
    app.admin().await;
    let body = json!({"token": 7_654_321, "password": "short"});
    let answer = app.post_json("/reset-password", &body).await;
    let faults = answer.faults();
    assert_eq!(
        (&faults[0]["loc"], &faults[0]["type"]),
        (&json!(["body", "token"]), &json!("string_type"))
    );
    assert_eq!(
        (&faults[1]["loc"], &faults[1]["type"]),
        (&json!(["body", "password"]), &json!("string_too_short"))
    );
    assert!(
        faults.iter().all(|fault| fault["input"].is_null()),
        "{faults:#?}"
    );
    for body in [json!({}), json!({"token": "x"}), json!({"password": NEW})] {
        let answer = app.post_json("/reset-password", &body).await;
        assert_eq!(answer.faults()[0]["type"], "missing");
    }
    app.post("/reset-password").await.expect(422);
}

#[tokio::test]
async fn a_bad_password_is_refused_and_leaves_the_link_as_it_is() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane.smithers@example.com").await;
    let change = json!({"first_name": "Bartholomew"});
    app.put_json("/myaccount/", &change)
        .bearer(&jane.token)
        .await
        .expect(200);
    let code = new_code(&app, &jane.email).await;
    for bad in [
        "short",
        "password1",
        "aaaaaaaaaaaa",
        "bartholomew1",
        "smithers2024",
        "gatepost1",
    ] {
        let fault = reset(&app, &code, bad).await.fault();
        assert_eq!(fault["loc"], json!(["body", "password"]), "{bad}");
        assert!(fault["input"].is_null(), "{fault:#}");
    }
    app.log_in(&jane.email).await;
    reset(&app, &code, NEW).await.expect(204);
    // Whoever has no code learns nothing about passwords of others.
    let answer = reset(&app, &"A".repeat(43), "bartholomew1").await;
    answer.expect_refusal(400, INVALID);
}

#[tokio::test]
async fn lifts_the_lock_that_wrong_passwords_have_led_to() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    let code = new_code(&app, &jane.email).await;
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
    reset(&app, &code, NEW).await.expect(204);
    try_password(&app, &jane.email, NEW).await.expect(200);
}

#[tokio::test]
async fn asking_alone_lifts_no_lock() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    new_code(&app, &jane.email).await;
    reset(&app, &"A".repeat(43), NEW).await.expect(400);
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
}

#[tokio::test]
async fn the_lock_of_an_administrator_stays() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    let code = new_code(&app, &jane.email).await;
    reset(&app, &code, NEW).await.expect(204);
    try_password(&app, &jane.email, NEW)
        .await
        .expect_refusal(403, LOCKED);
    app.post(&format!("/users/{}/unlock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    try_password(&app, &jane.email, NEW).await.expect(200);
}

#[tokio::test]
async fn tells_the_owner_and_the_audit_log() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    reset(&app, &code, NEW).await.expect(204);
    reset(&app, &code, NEW).await.expect(400);
    let mail = app.mails_to(&jane.email).await.remove(0);
    assert!(
        mail.subject.starts_with("A new password was chosen"),
        "{mail:#?}"
    );
    assert!(!mail.text.contains(&code));
    let noted = noted(&app, "password_reset").await;
    let [done, refused] = &noted[..] else {
        panic!("{noted:#?}")
    };
    assert_eq!(
        (done.0.as_str(), done.2.as_str()),
        ("done", jane.id.as_str())
    );
    assert_eq!(
        (refused.0.as_str(), refused.1.as_deref()),
        ("refused", Some("invalid_token"))
    );
}

#[tokio::test]
async fn a_deleted_account_has_no_way_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let code = new_code(&app, &jane.email).await;
    app.delete(&format!("/users/{}", jane.id))
        .bearer(&admin.token)
        .await
        .expect(204);
    reset(&app, &code, NEW).await.expect_refusal(400, INVALID);
    let before = mails(&app, &jane.email).await.len();
    ask(&app, &jane.email).await;
    assert_eq!(mails(&app, &jane.email).await.len(), before);
}
