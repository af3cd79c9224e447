//! What somebody could try to get more out of an invitation than it says.

use std::collections::BTreeSet;

use gatepost::db::Run;
use serde_json::json;

use super::{JANE, accept, acceptance, accounts, assert_useless, code, invite, invited};
use crate::support::people::with;
use crate::support::{PASSWORD, TestApp, app_with};

#[tokio::test]
async fn fields_that_are_not_the_guests_to_set_are_not_listened_to() {
    let app = TestApp::start().await;
    let admin = app.admin().await.id.clone();
    let code = invited(&app, JANE).await;
    let body = json!({"token": code, "password": PASSWORD, "email": "admin@example.com", "role": "ADMIN", "roles": ["ADMIN"],
        "is_admin": true, "is_professional": true, "email_verified": true, "is_locked": false, "id": admin, "account_id": admin,
        "user_id": admin, "invited_by": admin, "pending_role": "ADMIN", "bio": "x", "invitation": {"role": "ADMIN"},
        "created_at": "2001-01-01T00:00:00Z"});
    let user = app.post_json("/invitations/accept", &body).await;
    let user = user.expect(200).json();
    assert_eq!(user["email"], JANE);
    assert_eq!(user["role"], "AUTHENTICATED");
    assert_eq!(user["is_professional"], false);
    assert_eq!(user["bio"], json!(null));
    assert_ne!(user["id"], json!(admin));
    let seen = super::shown(&app, &user["id"]).await;
    assert_eq!(seen["role"], "AUTHENTICATED");
    assert_eq!(accounts(&app).await, 2);
}

#[tokio::test]
async fn an_inviter_sets_nothing_but_address_and_role() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = json!({"email": JANE, "role": "AUTHENTICATED", "state": "accepted", "token": "chosen-by-the-inviter-himself",
        "id": admin.id, "expires_at": "2999-01-01T00:00:00Z", "invited_by": admin.id, "account_id": admin.id});
    let made = app.post_json("/invitations", &body).bearer(&admin.token);
    let made = made.await.expect(201).json();
    assert_eq!(made["state"], "open");
    assert_ne!(made["id"], json!(admin.id));
    assert!(!made["expires_at"].as_str().unwrap().starts_with("2999"));
    assert_useless(accept(&app, "chosen-by-the-inviter-himself").await);
}

#[tokio::test]
async fn codes_are_long_random_and_never_the_same() {
    let app = app_with(|config| config.mail.asked_per_address = 1000).await;
    let mut codes = BTreeSet::new();
    for number in 0..40 {
        let code = invited(&app, &format!("guest{number}@example.com")).await;
        assert!(code.len() >= 43, "256 bits: {code}");
        assert!(
            code.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        );
        codes.insert(code);
    }
    assert_eq!(codes.len(), 40);
    // No two share a beginning, as counters and times would.
    let begins: BTreeSet<&str> = codes.iter().map(|code| &code[..6]).collect();
    assert_eq!(begins.len(), 40);
}

#[tokio::test]
async fn the_database_does_not_hold_the_code() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    let row = app
        .db
        .one("SELECT token_digest FROM invitations", &[])
        .await
        .unwrap();
    let kept: Vec<u8> = row.get("token_digest").unwrap();
    assert_eq!(kept, gatepost::crypto::digest(code.as_bytes()));
    let rows = app
        .db
        .all(
            "SELECT details, personal FROM audit_entries WHERE event LIKE 'invitation%'",
            &[],
        )
        .await
        .unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let text = format!(
            "{}{}",
            row.get::<String>("details").unwrap(),
            row.get::<String>("personal").unwrap()
        );
        assert!(!text.contains(&code), "{text}");
    }
}

#[tokio::test]
async fn the_code_is_in_no_path_of_any_link() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    for mail in app.mails_to(JANE).await {
        for link in &mail.links {
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            assert!(!path.contains(&code), "{link}");
            assert!(
                fragment.is_empty() || path == "http://localhost:8000/accept-invitation",
                "{link}"
            );
        }
    }
    app.get(&format!("/accept-invitation/{code}"))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_mail_scanner_that_opens_the_link_accepts_nothing() {
    let app = TestApp::start().await;
    let code = invited(&app, JANE).await;
    for method in ["GET", "HEAD"] {
        for query in [String::new(), format!("?token={code}")] {
            let path = format!("/accept-invitation{query}");
            for accept in ["*/*", "text/html"] {
                let request = app.request(method, &path).header("accept", accept);
                request.await.expect(200);
            }
        }
    }
    assert_eq!(accounts(&app).await, 1);
    accept(&app, &code).await.expect(200);
}

#[tokio::test]
async fn links_lead_where_the_settings_say_whatever_host_is_claimed() {
    let app = app_with(|config| config.mail.asked_per_address = 100).await;
    let admin = app.admin().await.token.clone();
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-forwarded-proto", "https"),
    ] {
        let request = super::invite_as(&app, &admin, JANE, "AUTHENTICATED");
        request.header(name, value).await.expect(201);
    }
    for mail in app.mails_to(JANE).await {
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
        for link in &mail.links {
            assert!(link.starts_with("http://localhost:8000/"), "{link}");
        }
    }
}

#[tokio::test]
async fn the_code_of_one_guest_is_of_no_use_to_another() {
    let app = TestApp::start().await;
    let jane = invited(&app, JANE).await;
    invite(&app, "joe@example.com").await;
    let body = with(&acceptance(&jane), "email", "joe@example.com");
    let user = app.post_json("/invitations/accept", &body).await;
    assert_eq!(user.expect(200).json()["email"], JANE);
    let joe = code(&app, "joe@example.com").await;
    let user = accept(&app, &joe).await.expect(200).json();
    assert_eq!(user["email"], "joe@example.com");
}

#[tokio::test]
async fn codes_of_other_mails_are_no_invitations_and_the_other_way_round() {
    let app = TestApp::start().await;
    app.verified_user("joe@example.com").await;
    let reset = crate::recovery::new_code(&app, "joe@example.com").await;
    assert_useless(accept(&app, &reset).await);
    let code = invited(&app, JANE).await;
    crate::recovery::reset(&app, &code, crate::recovery::NEW)
        .await
        .expect(400);
    accept(&app, &code).await.expect(200);
}

#[tokio::test]
async fn a_network_that_guesses_has_to_wait() {
    let app = app_with(|config| config.login.failures_per_network = 5).await;
    let code = invited(&app, JANE).await;
    for _ in 0..5 {
        assert_useless(accept(&app, "guess").await);
    }
    accept(&app, "guess").await.expect(429);
    accept(&app, &code).await.expect(429);
    app.clock.advance(app.config.login.failures_window.get());
    accept(&app, &code).await.expect(200);
}

#[tokio::test]
async fn a_guess_costs_no_hash() {
    let app = app_with(|config| config.passwords.queue = 0).await;
    assert_useless(accept(&app, "guess").await);
}
