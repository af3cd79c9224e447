//! `POST /invitations`

use gatepost::roles::Role;
use serde_json::{Value, json};

use super::{JANE, accept, code, invite, invite_as};
use crate::support::people::keys;
use crate::support::{TestApp, app_with};

#[tokio::test]
async fn mails_a_link_and_answers_without_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let before = app.clock.now();
    let answer = invite_as(&app, &admin.token, " Jane@EXAMPLE.com ", "MANAGER").await;
    let answer = answer.expect(201);
    let invitation = answer.json();
    assert_eq!(
        keys(&invitation),
        [
            "id",
            "email",
            "role",
            "state",
            "invited_by",
            "inviter",
            "created_at",
            "expires_at",
            "accepted_at",
            "account_id",
            "revoked_at"
        ]
    );
    assert_eq!(invitation["email"], "Jane@example.com");
    assert_eq!(invitation["role"], "MANAGER");
    assert_eq!(invitation["state"], "open");
    assert_eq!(invitation["invited_by"], json!(admin.id));
    let until = before.plus(app.config.registration.invitation_lifetime.get());
    assert_eq!(invitation["expires_at"], json!(until));
    assert_eq!(invitation["account_id"], Value::Null);

    let mails = app.mails_to("Jane@example.com").await;
    assert_eq!(mails.len(), 1);
    let code = code(&app, "Jane@example.com").await;
    assert!(
        !answer.body.contains(&code),
        "staff does not see the code: it proves the address"
    );
    let inviter = invitation["inviter"].as_str().unwrap();
    let until = until.to_string();
    let until = format!("{}, {} UTC", &until[..10], &until[11..16]);
    for text in [&mails[0].text, &mails[0].html] {
        assert!(text.contains(inviter), "{text}");
        assert!(text.contains(&until), "{text}");
        assert!(text.contains("as a manager"), "{text}");
        assert!(
            text.contains(&format!("http://localhost:8000/accept-invitation#{code}")),
            "{text}"
        );
    }
}

#[tokio::test]
async fn invites_with_an_ordinary_role_when_none_is_named() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for body in [
        json!({"email": "a@example.com"}),
        json!({"email": "b@example.com", "role": null}),
    ] {
        let request = app.post_json("/invitations", &body).bearer(&admin.token);
        assert_eq!(request.await.expect(201).json()["role"], "AUTHENTICATED");
    }
}

#[tokio::test]
async fn refuses_what_is_no_invitation() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let send = |body: Value| app.post_json("/invitations", &body).bearer(&admin.token);
    for (body, kind, field) in [
        (json!({}), "missing", "email"),
        (json!({"email": "nobody"}), "value_error", "email"),
        (
            json!({"email": "a@example.com,b@example.com"}),
            "value_error",
            "email",
        ),
        (json!({"email": JANE, "role": "ANONYMOUS"}), "enum", "role"),
        (json!({"email": JANE, "role": "admin"}), "enum", "role"),
        (json!({"email": JANE, "role": ["ADMIN"]}), "enum", "role"),
    ] {
        let fault = send(body).await.fault();
        assert_eq!(fault["type"], kind, "{fault}");
        assert_eq!(fault["loc"], json!(["body", field]));
    }
    assert!(app.mails_to(JANE).await.is_empty());
}

#[tokio::test]
async fn a_manager_invites_within_his_rights() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    for role in ["MANAGER", "ADMIN"] {
        invite_as(&app, &manager.token, JANE, role)
            .await
            .expect_refusal(403, "Operation not permitted");
    }
    assert!(app.mails_to(JANE).await.is_empty());
    invite_as(&app, &manager.token, JANE, "AUTHENTICATED")
        .await
        .expect(201);
}

#[tokio::test]
async fn a_manager_does_not_push_an_administrators_invitation_aside() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    let admin = app.admin().await.token.clone();
    invite_as(&app, &admin, JANE, "ADMIN").await.expect(201);
    let code = code(&app, JANE).await;
    invite_as(&app, &manager.token, "JANE@example.com", "AUTHENTICATED")
        .await
        .expect(403);
    let user = accept(&app, &code).await.expect(200).json();
    assert_eq!(user["role"], "ADMIN");
}

#[tokio::test]
async fn a_manager_does_not_invite_whom_an_administrator_has_given_more() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    let admin = app.admin().await.token.clone();
    let new = json!({"email": JANE, "password": crate::support::PASSWORD, "role": "ADMIN"});
    app.post_json("/users/", &new)
        .bearer(&admin)
        .await
        .expect(201);
    invite_as(&app, &manager.token, JANE, "AUTHENTICATED")
        .await
        .expect(403);
    invite_as(&app, &admin, JANE, "AUTHENTICATED")
        .await
        .expect(201);
    // What was given before is not taken away.
    let code = code(&app, JANE).await;
    assert_eq!(
        accept(&app, &code).await.expect(200).json()["role"],
        "ADMIN"
    );
}

#[tokio::test]
async fn refuses_an_address_that_somebody_has_proved() {
    let app = TestApp::start().await;
    app.verified_user(JANE).await;
    let admin = app.admin().await.token.clone();
    for email in [JANE, "JANE@Example.com"] {
        let refusal = invite_as(&app, &admin, email, "AUTHENTICATED").await;
        let refusal = refusal.expect_refusal(400, "User with given email already exists.");
        assert_eq!(refusal.json()["code"], "email_taken");
    }
    app.register("new@example.com").await;
    invite_as(&app, &admin, "new@example.com", "AUTHENTICATED")
        .await
        .expect(201);
}

#[tokio::test]
async fn the_newest_invitation_of_an_address_is_the_one_that_works() {
    let app = TestApp::start().await;
    let older = super::invited(&app, JANE).await;
    let newer = super::invited(&app, "JANE@example.com").await;
    assert_ne!(older, newer);
    super::assert_useless(accept(&app, &older).await);
    accept(&app, &newer).await.expect(200);
}

#[tokio::test]
async fn works_in_every_mode_of_registration() {
    use gatepost::config::RegistrationMode;

    let first = TestApp::start().await;
    first.admin().await;
    for mode in [
        RegistrationMode::Open,
        RegistrationMode::Domains,
        RegistrationMode::Invite,
        RegistrationMode::Closed,
    ] {
        let app = first
            .second_node_with(|config| {
                config.registration.mode = mode;
                config.registration.domains = vec!["elsewhere.example".into()];
            })
            .await;
        let admin = first.admin().await.token.clone();
        let email = format!("guest-{}@example.com", mode as u8);
        invite_as(&app, &admin, &email, "AUTHENTICATED")
            .await
            .expect(201);
        let code = code(&app, &email).await;
        accept(&app, &code).await.expect(200);
    }
}

#[tokio::test]
async fn an_address_gets_only_so_many_mails() {
    let app = app_with(|config| config.mail.asked_per_address = 2).await;
    let admin = app.admin().await.token.clone();
    invite(&app, JANE).await;
    let id = invite(&app, JANE).await["id"].as_str().unwrap().to_owned();
    let refusal = invite_as(&app, &admin, "JANE@example.com", "AUTHENTICATED").await;
    assert_eq!(refusal.expect(429).json()["code"], "too_many_requests");
    let again = app
        .post(&format!("/invitations/{id}/resend"))
        .bearer(&admin);
    again.await.expect(429);
    assert_eq!(app.mails_to(JANE).await.len(), 2);
    invite(&app, "joe@example.com").await;
    app.clock.advance(app.config.mail.asked_window.get());
    let admin = app.log_in("admin@example.com").await;
    invite_as(&app, &admin, JANE, "AUTHENTICATED")
        .await
        .expect(201);
}
