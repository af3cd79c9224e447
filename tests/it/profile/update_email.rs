//! Another address for oneself: only after a password that was typed a moment ago.

use serde_json::{Value, json};

use super::own;
use crate::recovery::noted;
use crate::support::{Answer, PASSWORD, Person, TestApp};

async fn change(app: &TestApp, person: &Person, body: &Value) -> Answer {
    app.put_json("/myaccount/", body)
        .bearer(&person.token)
        .await
}

#[tokio::test]
async fn asks_for_a_password_that_was_typed_only_now() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(app.config.session.fresh.get());
    for email in ["new@example.com", "JANE@example.com"] {
        let body = json!({"email": email, "bio": "Changed."});
        let refused = change(&app, &jane, &body).await.expect(401);
        assert_eq!(refused.json()["code"], "fresh_login_required");
        let challenge = refused.header("www-authenticate");
        assert!(
            challenge.contains("insufficient_user_authentication"),
            "{challenge}"
        );
    }
    let shown = own(&app, &jane.token).await;
    assert_eq!(
        (&shown["email"], &shown["bio"]),
        (&json!("jane@example.com"), &Value::Null)
    );
    assert!(app.mails_to("new@example.com").await.is_empty());
    let noted = noted(&app, "email_change_requested").await;
    assert_eq!(noted.len(), 2);
    assert_eq!(
        (noted[0].0.as_str(), noted[0].1.as_deref(), &noted[0].2),
        ("refused", Some("fresh_login_required"), &jane.id)
    );
}

#[tokio::test]
async fn goes_on_once_the_password_was_confirmed() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(app.config.session.fresh.get());
    let confirmed = app
        .post_json(
            "/myaccount/confirm-password",
            &json!({"password": PASSWORD}),
        )
        .bearer(&jane.token)
        .await
        .expect(200)
        .json();
    let body = json!({"email": "new@example.com"});
    app.put_json("/myaccount", &body)
        .bearer(confirmed["access_token"].as_str().unwrap())
        .await
        .expect(200);
    assert_eq!(app.mails_to("new@example.com").await.len(), 1);
}

#[tokio::test]
async fn other_fields_need_no_fresh_password() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(app.config.session.fresh.get());
    let body = json!({"email": "jane@example.com", "bio": "Changed."});
    let changed = change(&app, &jane, &body).await.expect(200).json();
    assert_eq!(changed["bio"], "Changed.");
}

#[tokio::test]
async fn nobody_fills_mailboxes_from_here() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let most = app.config.mail.asked_per_address;
    for number in 0..most {
        let body = json!({"email": format!("victim{number}@example.com")});
        change(&app, &jane, &body).await.expect(200);
    }
    let more = json!({"email": "one.more@example.com"});
    change(&app, &jane, &more).await.expect(429);
    // Nor many together the one of a stranger.
    let mut sent = 0;
    for number in 0..=most {
        let person = app
            .verified_user(&format!("person{number}@example.com"))
            .await;
        let body = json!({"email": "victim@example.com"});
        sent += u32::from(change(&app, &person, &body).await.status == 200);
    }
    assert_eq!(sent, most);
    app.clock.advance(app.config.mail.asked_window.get());
    let token = app.log_in("jane@example.com").await;
    app.put_json("/myaccount", &more)
        .bearer(&token)
        .await
        .expect(200);
}

#[tokio::test]
async fn a_refusal_is_written_down() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    change(&app, &jane, &json!({"email": "admin@example.com"}))
        .await
        .expect(400);
    change(&app, &jane, &json!({"role": "ADMIN"}))
        .await
        .expect(403);
    let taken = &noted(&app, "email_change_requested").await[0];
    assert_eq!(taken.1.as_deref(), Some("email_taken"));
    assert!(!taken.3.contains("admin@example.com"), "{}", taken.3);
    let role = &noted(&app, "role_changed").await[0];
    assert_eq!(
        (role.0.as_str(), role.1.as_deref()),
        ("refused", Some("not_permitted"))
    );
}
