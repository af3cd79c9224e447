//! Limits: nobody is buried in mails, and no network asks for everybody's.

use std::time::Duration;

use serde_json::json;

use super::{INVALID, NEW, ask, count, mails, new_code, noted, reset, work};
use crate::support::{TestApp, app_with};

#[tokio::test]
async fn a_hundred_requests_mail_five_times() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    for number in 0..50 {
        // Spellings of one address count together.
        let email = if number % 2 == 0 {
            "jane@example.com"
        } else {
            "JANE@Example.com"
        };
        ask(&app, email).await;
        app.post_json("/verify-email/resend", &json!({"email": email}))
            .await
            .expect(200);
        work(&app).await;
    }
    let sent = mails(&app, "jane@example.com").await.len();
    assert!((1..=5).contains(&sent), "{sent}");
    assert_eq!(count(&app, "jobs").await, 0);
    let noted = noted(&app, "limit_reached").await;
    assert_eq!(noted.len(), 1, "one entry, not ninety-five: {noted:#?}");
    assert_eq!(noted[0].1.as_deref(), Some("mails_to_address"));
    assert!(noted[0].3.contains("jane@example.com"));
}

#[tokio::test]
async fn lets_an_address_ask_again_after_a_while() {
    let app = app_with(|config| config.mail.asked_per_address = 1).await;
    app.verified_user("jane@example.com").await;
    for expected in [1, 1, 1] {
        ask(&app, "jane@example.com").await;
        assert_eq!(mails(&app, "jane@example.com").await.len(), expected);
    }
    app.clock.advance(app.config.mail.asked_window.get());
    ask(&app, "jane@example.com").await;
    assert_eq!(mails(&app, "jane@example.com").await.len(), 2);
}

#[tokio::test]
async fn all_mails_to_an_address_count_together() {
    let app = app_with(|config| config.mail.asked_per_address = 2).await;
    app.admin().await;
    app.register("jane@example.com").await;
    for _ in 0..3 {
        app.post_json(
            "/verify-email/resend",
            &json!({"email": "jane@example.com"}),
        )
        .await
        .expect(200);
    }
    ask(&app, "jane@example.com").await;
    assert_eq!(mails(&app, "jane@example.com").await.len(), 0);
    // The registration's own, and two.
    assert_eq!(app.mails_to("jane@example.com").await.len(), 3);
}

#[tokio::test]
async fn stops_a_network_that_asks_for_everybody() {
    let app = app_with(|config| {
        config.mail.asked_per_network = 3;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    app.verified_user("known@example.com").await;
    let ask_from = |network: &'static str, path: &'static str, email: String| {
        app.post_json(path, &json!({"email": email}))
            .header("x-forwarded-for", network)
    };
    for number in 0..3 {
        let email = format!("user{number}@example.com");
        ask_from("203.0.113.7", "/forgot-password", email)
            .await
            .expect(200);
    }
    for path in ["/forgot-password", "/verify-email/resend"] {
        for email in ["known@example.com", "unknown@example.com"] {
            let refusal = ask_from("203.0.113.7", path, email.to_owned())
                .await
                .expect(429);
            assert_eq!(refusal.json()["code"], "too_many_requests");
            let wait: u64 = refusal.header("retry-after").parse().unwrap();
            assert!((1..=1200).contains(&wait), "{wait}");
        }
    }
    assert_eq!(noted(&app, "limit_reached").await.len(), 1);
    let page = app
        .post_form("/forgot-password-form", &[("email", "known@example.com")])
        .header("x-forwarded-for", "203.0.113.7")
        .header("accept", "text/html")
        .await
        .expect(429);
    assert!(page.body.contains("Too many requests"), "{}", page.body);
    ask_from(
        "203.0.113.8",
        "/forgot-password",
        "known@example.com".to_owned(),
    )
    .await
    .expect(200);
    assert_eq!(mails(&app, "known@example.com").await.len(), 1);
}

#[tokio::test]
async fn nodes_count_together() {
    let app = app_with(|config| config.mail.asked_per_address = 2).await;
    app.verified_user("jane@example.com").await;
    let other = app
        .second_node_with(|config| config.mail.asked_per_address = 2)
        .await;
    for _ in 0..2 {
        ask(&app, "jane@example.com").await;
        ask(&other, "jane@example.com").await;
    }
    assert_eq!(mails(&app, "jane@example.com").await.len(), 2);
}

#[tokio::test]
async fn stops_a_network_that_guesses_codes() {
    let app = app_with(|config| config.login.failures_per_network = 3).await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    for _ in 0..3 {
        reset(&app, &"A".repeat(43), NEW)
            .await
            .expect_refusal(400, INVALID);
    }
    let refusal = reset(&app, &"A".repeat(43), NEW).await.expect(429);
    assert!(refusal.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(noted(&app, "password_reset").await.len(), 3);
    app.clock.advance(Duration::from_mins(6));
    reset(&app, &code, NEW).await.expect(204);
}
