//! Logins under load: limits by network, and a hashing lane that says when it is full.

use super::{right, wrong};
use crate::support::TestApp;

#[tokio::test]
async fn stops_a_network_that_guesses_over_many_accounts() {
    let app = TestApp::with(|config| {
        config.login.failures_per_network = 4;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    app.admin().await;
    for number in 0..4 {
        wrong(&app, &format!("user{number}@example.com"))
            .header("x-forwarded-for", "203.0.113.7")
            .await
            .expect(401);
    }
    let refusal = wrong(&app, "user9@example.com")
        .header("x-forwarded-for", "203.0.113.7")
        .await
        .expect(429);
    assert_eq!(refusal.json()["code"], "too_many_requests");
    let wait: u64 = refusal.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    right(&app, "admin@example.com")
        .header("x-forwarded-for", "203.0.113.8")
        .await
        .expect(200);
    app.clock.advance(std::time::Duration::from_secs(wait));
    wrong(&app, "user9@example.com")
        .header("x-forwarded-for", "203.0.113.7")
        .await
        .expect(401);
}

#[tokio::test]
async fn counts_no_successes_against_a_network() {
    let app = TestApp::with(|config| config.login.failures_per_network = 2).await;
    app.admin().await;
    for _ in 0..10 {
        right(&app, "admin@example.com").await.expect(200);
    }
}

#[tokio::test]
async fn says_so_when_the_hashing_lane_is_full_and_counts_nothing() {
    let app = TestApp::start().await;
    app.admin().await;
    let node = app
        .second_node_with(|config| config.passwords.queue = 0)
        .await;
    for _ in 0..10 {
        let refusal = right(&node, "admin@example.com").await.expect(503);
        assert_eq!(refusal.json()["code"], "busy");
        assert!(refusal.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
    right(&app, "admin@example.com").await.expect(200);
}
