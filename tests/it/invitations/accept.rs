//! `POST /invitations/accept`

use serde_json::{Value, json};

use super::{INVALID, JANE, accept, acceptance, accounts, assert_useless, code, invited};
use crate::support::people::with;
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn makes_a_verified_account_at_once() {
    let app = TestApp::start().await;
    let code = invited(&app, "Jane@example.com").await;
    let body = json!({"token": code, "password": PASSWORD, "nickname": "jane", "first_name": "Jane", "last_name": "Roe"});
    let user = app
        .post_json("/invitations/accept", &body)
        .await
        .expect(200)
        .json();
    for (key, value) in [
        ("email", json!("Jane@example.com")),
        ("nickname", json!("jane")),
        ("first_name", json!("Jane")),
        ("last_name", json!("Roe")),
        ("bio", Value::Null),
        ("role", json!("AUTHENTICATED")),
        ("email_verified", json!(true)),
        ("is_locked", json!(false)),
    ] {
        assert_eq!(user[key], value, "{key}");
    }
    app.log_in(JANE).await;
    // No mail but the invitation: nothing is left to be proved.
    assert_eq!(app.mails_to("Jane@example.com").await.len(), 1);
}

#[tokio::test]
async fn takes_forms_as_well_and_nothing_but_a_password_is_needed() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    let fields = [("token", code.as_str()), ("password", PASSWORD)];
    let user = app.post_form("/invitations/accept", &fields).await;
    let user = user.expect(200).json();
    assert_eq!(user["email"], JANE);
    assert!(user["nickname"].as_str().unwrap().len() > 3);
}

#[tokio::test]
async fn gives_the_role_of_the_invitation() {
    let app = TestApp::start().await;
    let admin = app.admin().await.token.clone();
    for role in ["AUTHENTICATED", "MANAGER", "ADMIN"] {
        let email = format!("new.{}@example.com", role.to_lowercase());
        super::invite_as(&app, &admin, &email, role)
            .await
            .expect(201);
        let code = code(&app, &email).await;
        let user = accept(&app, &code).await.expect(200).json();
        assert_eq!(user["role"], role);
    }
}

#[tokio::test]
async fn works_once() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    accept(&app, &code).await.expect(200);
    assert_useless(accept(&app, &code).await);
    assert_eq!(accounts(&app).await, 2);
}

#[tokio::test]
async fn works_until_its_time_is_over() {
    let app = TestApp::start().await;
    let life = app.config.registration.invitation_lifetime.get();
    let code = invited(&app, JANE).await;
    app.advance_almost(life);
    let almost = app.second_node().await;
    app.clock.advance(std::time::Duration::from_secs(1));
    assert_useless(accept(&almost, &code).await);
    assert_useless(accept(&app, &code).await);

    let admin = app.log_in("admin@example.com").await;
    super::invite_as(&app, &admin, JANE, "AUTHENTICATED")
        .await
        .expect(201);
    let code = super::code(&app, JANE).await;
    app.advance_almost(life);
    accept(&app, &code).await.expect(200);
}

#[tokio::test]
async fn refuses_a_code_that_nobody_was_sent() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    let flipped: String = code
        .chars()
        .map(|c| {
            if c.is_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let digest = gatepost::crypto::hex(&gatepost::crypto::digest(code.as_bytes()));
    for guess in ["", "x", "' OR 1=1 --", &code[1..], &flipped, &digest] {
        assert_useless(accept(&app, guess).await);
    }
    // What mail programs put around it does no harm.
    accept(&app, &format!(" {code}\r\n")).await.expect(200);
}

#[tokio::test]
async fn a_fault_leaves_the_invitation_as_it_is() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    app.register("other@example.com").await;
    let taken = app
        .get("/users/?q=other@")
        .bearer(&app.admin().await.token)
        .await
        .json();
    let taken = taken["items"][0]["nickname"].as_str().unwrap().to_owned();
    for (key, value, status) in [
        ("password", "short", 422),
        ("password", "jane@example.com", 422),
        ("nickname", "a b", 422),
        ("nickname", taken.as_str(), 400),
    ] {
        let body = with(&acceptance(&code), key, value);
        let answer = app.post_json("/invitations/accept", &body).await;
        assert_eq!(answer.status, status, "{key}: {answer:#?}");
        assert!(!answer.body.contains(INVALID));
    }
    let missing = app
        .post_json("/invitations/accept", &json!({}))
        .await
        .faults();
    assert_eq!(missing.len(), 2);
    // The address that was tried as a password is in the answer as what it is.
    app.forget_secrets();
    accept(&app, &code).await.expect(200);
}

#[tokio::test]
async fn is_told_when_the_address_was_proved_in_the_meantime() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    let jane = app.verified_user(JANE).await;
    accept(&app, &code)
        .await
        .expect_refusal(400, "User with given email already exists.");
    let user = super::shown(&app, &json!(jane.id)).await;
    assert_eq!(user["role"], "AUTHENTICATED");
    app.log_in(JANE).await;
}
