//! Nobody learns from the answers who has an account, and in what state it is.

use std::collections::BTreeMap;

use serde_json::json;

use super::{ON_ITS_WAY, ask, count, mails, work};
use crate::attempts::lock_out;
use crate::support::{Answer, TestApp};

/// What a stranger can compare: everything but the request's id.
fn seen(answer: &Answer) -> (u16, BTreeMap<String, String>, String) {
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| *name != "x-request-id");
    let headers = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    (answer.status, headers, answer.body.clone())
}

/// Addresses of accounts in every state, and of none.
async fn everybody(app: &TestApp) -> Vec<&'static str> {
    let admin = app.admin().await;
    let locked = app.verified_user("locked@example.com").await;
    app.verified_user("verified@example.com").await;
    app.verified_user("locked-out@example.com").await;
    app.register("unverified@example.com").await;
    app.post(&format!("/users/{}/lock", locked.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    lock_out(app, "locked-out@example.com").await;
    vec![
        "verified@example.com",
        "VERIFIED@example.com",
        "locked@example.com",
        "locked-out@example.com",
        "unverified@example.com",
        "unknown@example.com",
        "unknown@unknown-domain.example",
    ]
}

#[tokio::test]
async fn everybody_gets_the_same_answer() {
    let app = TestApp::start().await;
    let emails = everybody(&app).await;
    for path in ["/forgot-password", "/verify-email/resend"] {
        let mut answers = Vec::new();
        for email in &emails {
            let answer = app.post_json(path, &json!({"email": email})).await;
            assert_eq!(answer.set_cookies(), Vec::<&str>::new());
            answers.push(seen(&answer.expect(200)));
            work(&app).await;
        }
        assert!(answers[0].2.contains(ON_ITS_WAY));
        for (email, answer) in emails.iter().zip(&answers) {
            assert_eq!(answer, &answers[0], "{path} {email}");
        }
    }
}

#[tokio::test]
async fn the_pages_answer_everybody_alike() {
    let app = TestApp::start().await;
    let emails = everybody(&app).await;
    for path in ["/forgot-password-form", "/resend-verification"] {
        let mut answers = Vec::new();
        for email in &emails {
            answers.push(seen(
                &app.post_form(path, &[("email", email)]).await.expect(303),
            ));
        }
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:#?}"
        );
    }
}

#[tokio::test]
async fn a_full_limit_is_the_same_for_known_and_unknown_addresses() {
    let app = TestApp::with(|config| config.mail.asked_per_address = 2).await;
    app.verified_user("known@example.com").await;
    for number in 0..5 {
        let known = ask(&app, "known@example.com").await;
        let unknown = ask(&app, "unknown@example.com").await;
        assert_eq!(seen(&known), seen(&unknown), "{number}");
        // The same work as well: a job each, as long as there is room.
        assert_eq!(count(&app, "jobs").await, 2 * (number + 1).min(2));
    }
    assert_eq!(mails(&app, "known@example.com").await.len(), 2);
}

#[tokio::test]
async fn everybody_with_an_account_gets_a_mail_and_nobody_else() {
    let app = TestApp::start().await;
    for email in everybody(&app).await {
        ask(&app, email).await;
    }
    for (email, count) in [
        ("verified@example.com", 2),
        ("locked@example.com", 1),
        ("locked-out@example.com", 1),
        ("unverified@example.com", 1),
        ("unknown@example.com", 0),
        ("unknown@unknown-domain.example", 0),
    ] {
        assert_eq!(mails(&app, email).await.len(), count, "{email}");
    }
}

#[tokio::test]
async fn a_signed_in_caller_learns_no_more() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let stranger = ask(&app, "jane@example.com").await;
    let request = app.post_json("/forgot-password", &json!({"email": "jane@example.com"}));
    let owner = request
        .cookie("access_token", &jane.token)
        .await
        .expect(200);
    assert_eq!(seen(&stranger), seen(&owner));
}
