//! Too much of something: long passwords are whole or refused before they cost anything, and big, deep and many
//! end in a refusal.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::calls::without_limits;
use crate::support::contract;
use crate::support::{TestApp, app_with};

#[tokio::test]
async fn passwords_that_differ_far_behind_are_different() {
    let app = TestApp::start().await;
    app.admin().await;
    let front = "correct horse battery staple on a hill behind the old mill ".repeat(2);
    for (number, place) in [70, 71, 72, 79, 99, 110].into_iter().enumerate() {
        let email = format!("user{number}@example.com");
        let mut one: Vec<char> = front.chars().collect();
        let right: String = one.iter().collect();
        one[place] = '#';
        let wrong: String = one.iter().collect();
        let new = json!({"email": email, "password": right});
        app.post_json("/register/", &new).await.expect(200);
        let link = app.verify_link(&email).await;
        app.get(&link).await.expect(307);
        for (password, status) in [(&wrong, 401), (&right, 200)] {
            let fields = [
                ("username", email.as_str()),
                ("password", password.as_str()),
            ];
            app.post_form("/login/", &fields).await.expect(status);
        }
        let cut: String = right.chars().take(72).collect();
        app.post_form("/login/", &[("username", &email), ("password", &cut)])
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn what_is_above_the_limit_is_refused_before_it_is_hashed() {
    // A hash that would be felt.
    let app = app_with(|config| {
        config.passwords.argon2_memory = gatepost::config::ByteSize::of_mib(64);
        config.passwords.argon2_iterations = 100;
    })
    .await;
    for (chars, statuses) in [
        (129, [422, 422]),
        (1024, [422, 422]),
        (1025, [422, 422]),
        (60_000, [422, 422]),
        (1_000_000, [413, 413]),
    ] {
        let long = "x7"
            .repeat(chars / 2 + 1)
            .chars()
            .take(chars)
            .collect::<String>();
        let new = json!({"email": "new@example.com", "password": long});
        let began = Instant::now();
        let registered = app.post_json("/register/", &new).await;
        assert!(
            statuses.contains(&registered.status),
            "{chars}: {}",
            registered.status
        );
        if chars > 1024 {
            let login = app
                .post_form(
                    "/login/",
                    &[("username", "new@example.com"), ("password", &long)],
                )
                .await;
            assert!(
                statuses.contains(&login.status),
                "{chars}: {}",
                login.status
            );
        }
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{chars}: it was hashed"
        );
    }
}

#[tokio::test]
async fn big_bodies_and_headers_are_cut_off() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let big = format!("{{\"first_name\": \"{}\"}}", "x".repeat(10_000_000));
    let deep = "[".repeat(10_000_000);
    for operation in
        contract::operations().filter(super::super::support::contract::Operation::writes)
    {
        for body in [&big, &deep] {
            let request = app.call(&operation, &admin.id).bearer(&admin.token);
            request
                .body("application/json", body.as_bytes())
                .await
                .expect(413);
        }
    }
    app.get("/")
        .header("x-long", "x".repeat(1_000_000))
        .await
        .expect(431);
}

#[tokio::test]
async fn many_of_everything_end_in_a_refusal_or_are_passed_over() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let began = Instant::now();
    let keys = |count: usize, name: &str| {
        let pairs: Vec<String> = (0..count)
            .map(|number| format!("\"{name}{number}\":0"))
            .collect();
        format!("{{{}}}", pairs.join(","))
    };
    for body in [
        keys(6000, "k"),
        format!("[{}0]", "0,".repeat(30_000)),
        "{\"a\":".repeat(12_000),
        format!("{}1{}", "[".repeat(30_000), "]".repeat(30_000)),
        "9".repeat(60_000),
        format!("1e{}", "9".repeat(50_000)),
    ] {
        let answer = app
            .request("PUT", "/myaccount")
            .bearer(&admin.token)
            .body("application/json", body)
            .await;
        assert!(matches!(answer.status, 200 | 400..500), "{answer:#?}");
    }
    for pairs in [
        "a=b&".repeat(15_000),
        "&".repeat(60_000),
        "username=a&".repeat(5_000),
        "%".repeat(60_000),
    ] {
        let answer = app
            .post("/login/")
            .body("application/x-www-form-urlencoded", pairs)
            .await;
        assert_eq!(answer.status, 422);
    }
    let query = "q=x&".repeat(100_000);
    // The parser of targets itself ends at 64 KiB; what comes through is held to the header's limit.
    for count in [1000, 3000, 10_000] {
        let target = format!("/users/?{}", &query[..count * 4]);
        let answer = app.get(&target).bearer(&admin.token).await;
        assert!(
            matches!(answer.status, 200 | 431),
            "{count}: {}",
            answer.status
        );
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_hundred_thousand_parameters_and_a_megabyte_of_header_are_refused_at_the_door() {
    let app = TestApp::start().await;
    let server = app.listen().await;
    let query = "q=x&".repeat(100_000);
    let answer = server
        .exchange(format!("GET /users/?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
        .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
    let header = "x".repeat(1_000_000);
    let answer = server
        .exchange(format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {header}\r\n\r\n").as_bytes())
        .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
    let answer = server
        .exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "it serves on: {answer}");
    server.stop().await;
}
