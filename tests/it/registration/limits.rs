//! Registration under load: limits that say when to come back.

use std::time::Duration;

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn lets_a_network_register_only_so_often() {
    let app = TestApp::with(|config| {
        config.registration.per_network = 3;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let register = |number: u32, address: &str| {
        let body = json!({"email": format!("user{number}@example.com"), "password": PASSWORD});
        app.post_json("/register/", &body)
            .header("x-forwarded-for", address)
    };
    for number in 0..3 {
        register(number, "203.0.113.7").await.expect(200);
    }
    let refusal = register(3, "203.0.113.7").await.expect(429);
    assert_eq!(refusal.json()["code"], "too_many_requests");
    let wait: u64 = refusal.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");
    register(4, "203.0.113.8").await.expect(200);
    app.clock.advance(Duration::from_secs(wait));
    register(3, "203.0.113.7").await.expect(200);
}

#[tokio::test]
async fn counts_a_household_of_ipv6_as_one() {
    let app = TestApp::with(|config| {
        config.registration.per_network = 1;
        config.http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let register = |number: u32, address: &str| {
        let body = json!({"email": format!("user{number}@example.com"), "password": PASSWORD});
        app.post_json("/register/", &body)
            .header("x-forwarded-for", address)
    };
    register(0, "2001:db8:1:2:3:4:5:6").await.expect(200);
    register(1, "2001:db8:1:2:ffff::1").await.expect(429);
    register(2, "2001:db8:1:3::1").await.expect(200);
}

#[tokio::test]
async fn believes_no_forwarded_address_of_strangers() {
    let app = TestApp::with(|config| config.registration.per_network = 1).await;
    let register = |number: u32, address: &str| {
        let body = json!({"email": format!("user{number}@example.com"), "password": PASSWORD});
        app.post_json("/register/", &body)
            .header("x-forwarded-for", address)
    };
    register(0, "203.0.113.7").await.expect(200);
    register(1, "203.0.113.8").await.expect(429);
}

#[tokio::test]
async fn says_so_when_the_hashing_lane_is_full_and_burns_nothing() {
    let app = TestApp::with(|config| config.passwords.queue = 0).await;
    let body = json!({"email": "ann@example.com", "password": PASSWORD});
    let refusal = app.post_json("/register/", &body).await.expect(503);
    assert_eq!(refusal.json()["code"], "busy");
    assert!(refusal.header("retry-after").parse::<u64>().unwrap() >= 1);
    let node = app.second_node().await;
    node.post_json("/register/", &body).await.expect(200);
}
