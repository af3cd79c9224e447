//! Failed logins by network and over all: what names a network, and whom a full count does not shut out.

use std::time::Duration;

use gatepost::db::Run;

use super::{LOCKED, guess, lock_out, try_password};
use crate::support::client::Request;
use crate::support::{Browser, PASSWORD, Person, TestApp, WRONG_PASSWORD};

/// What clients and proxies of all kinds put their addresses into.
const HEADERS: [&str; 5] = [
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
];

fn wrong<'a>(app: &'a TestApp, email: &str) -> Request<'a> {
    let fields = [("username", email), ("password", WRONG_PASSWORD)];
    app.post_form("/login/", &fields)
}

/// A server behind a proxy that it trusts; each network may fail `most` times.
async fn behind_a_proxy(most: u32) -> TestApp {
    let app = TestApp::with(|config| {
        config.login.failures_per_network = most;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    app.admin().await;
    app
}

/// Somebody, and his browser, which has logged in and out.
async fn known(app: &TestApp) -> (Person, Browser<'_>) {
    let jane = app.verified_user("jane@example.com").await;
    let browser = app.browser();
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
    browser.forget("access_token");
    (jane, browser)
}

async fn log_in(browser: &Browser<'_>, email: &str, password: &str) -> u16 {
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form.fill("username", email).fill("password", password);
    browser.submit(&form).await.status
}

#[tokio::test]
async fn headers_that_anybody_can_send_change_nothing() {
    let most = 100;
    let app = TestApp::with(|config| config.login.failures_per_network = most).await;
    app.admin().await;
    let mut refused = 0;
    for number in 0..1000 {
        let address = format!("198.51.{}.{}", number / 250, number % 250 + 1);
        let mut request = wrong(&app, &format!("user{number}@example.com"));
        for name in HEADERS {
            let value = if name == "forwarded" {
                format!("for={address}")
            } else {
                address.clone()
            };
            request = request.header(name, value);
        }
        match request.await.status {
            401 => assert!(number < most, "the limit is {most}, this was try {number}"),
            429 => refused += 1,
            status => panic!("{status}"),
        }
    }
    assert_eq!(refused, 1000 - most);
    // The entries of the audit log say where it came from, not where it claims to come from.
    let sql = "SELECT id FROM audit_entries WHERE personal LIKE '%198.51.%'";
    assert!(app.db.all(sql, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn all_addresses_of_a_household_are_one_network() {
    let app = behind_a_proxy(6).await;
    for address in [
        "2001:db8:1:2::1",
        "2001:0db8:0001:0002:ffff:ffff:ffff:ffff",
        "2001:DB8:1:2::ABCD",
        "2001:db8:1:2:0:0:203.0.113.7",
        "2001:db8:1:2:a:b:c:d",
        " 2001:db8:1:2::99 ",
    ] {
        let request = wrong(&app, &format!("{}@example.com", address.len()));
        request.header("x-forwarded-for", address).await.expect(401);
    }
    let again = wrong(&app, "again@example.com");
    again
        .header("x-forwarded-for", "2001:db8:1:2:1234::")
        .await
        .expect(429);
    let neighbour = wrong(&app, "again@example.com");
    neighbour
        .header("x-forwarded-for", "2001:db8:1:3::1")
        .await
        .expect(401);
}

#[tokio::test]
async fn an_address_is_the_same_however_it_is_written() {
    let app = behind_a_proxy(4).await;
    for (number, address) in [
        "203.0.113.7",
        "::ffff:203.0.113.7",
        "::FFFF:203.0.113.7",
        "::ffff:cb00:7107",
    ]
    .into_iter()
    .enumerate()
    {
        let request = wrong(&app, &format!("user{number}@example.com"));
        request.header("x-forwarded-for", address).await.expect(401);
    }
    for address in ["203.0.113.7", "0:0:0:0:0:FFFF:203.0.113.7"] {
        let request = wrong(&app, "again@example.com");
        request.header("x-forwarded-for", address).await.expect(429);
    }
}

#[tokio::test]
async fn only_the_entry_of_the_trusted_proxy_counts() {
    let app = behind_a_proxy(4).await;
    for number in 0..4 {
        // What the client itself has sent stands before what the proxy has added.
        let chain = format!("10.9.8.{number}, 192.0.2.{number}, 203.0.113.7");
        let request = wrong(&app, &format!("user{number}@example.com"));
        request
            .header("x-forwarded-for", chain)
            .header("forwarded", format!("for=192.0.2.{number}"))
            .header("x-real-ip", format!("192.0.2.{number}"))
            .await
            .expect(401);
    }
    let request = wrong(&app, "again@example.com");
    request
        .header("x-forwarded-for", "192.0.2.200, 203.0.113.7")
        .await
        .expect(429);
}

#[tokio::test]
async fn a_known_browser_gets_in_while_its_network_has_to_wait() {
    let app = TestApp::with(|config| config.login.failures_per_network = 6).await;
    let (jane, browser) = known(&app).await;
    for number in 0..6 {
        guess(&app, &format!("user{number}@example.com"), 1).await;
    }
    try_password(&app, &jane.email, PASSWORD).await.expect(429);
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
    // It is known for its owner's address only.
    browser.forget("access_token");
    assert_eq!(log_in(&browser, "admin@example.com", PASSWORD).await, 429);
}

#[tokio::test]
async fn a_known_browser_gets_in_while_somebody_hammers_the_account() {
    let app = TestApp::start().await;
    let (jane, browser) = known(&app).await;
    let (mut locked, mut waiting) = (0, 0);
    for _ in 0..1000 {
        match try_password(&app, &jane.email, WRONG_PASSWORD).await.status {
            401 => {}
            403 => locked += 1,
            429 => waiting += 1,
            status => panic!("{status}"),
        }
    }
    assert_eq!((locked, waiting), (995, 0));
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
}

#[tokio::test]
async fn beyond_the_overall_limit_only_known_browsers_may_try() {
    let app = TestApp::with(|config| {
        config.login.failures_overall = 10;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let (jane, browser) = known(&app).await;
    for number in 0..10 {
        // One guess from each of many places.
        let request = wrong(&app, &format!("user{number}@example.com"));
        let address = format!("203.0.113.{number}");
        request.header("x-forwarded-for", address).await.expect(401);
    }
    let fields = [("username", jane.email.as_str()), ("password", PASSWORD)];
    let stranger = app
        .post_form("/login/", &fields)
        .header("x-forwarded-for", "198.51.100.1");
    let refusal = stranger.await.expect(429);
    assert_eq!(refusal.json()["code"], "too_many_requests");
    let wait: u64 = refusal.header("retry-after").parse().unwrap();
    let window = app.config.login.failures_window.get();
    assert!((1..=window.as_secs() / 10 + 1).contains(&wait), "{wait}");
    assert_eq!(log_in(&browser, &jane.email, PASSWORD).await, 200);
    // Sessions that are open go on, and it ends by itself.
    app.get("/myaccount").bearer(&jane.token).await.expect(200);
    app.clock.advance(Duration::from_secs(wait));
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn a_device_of_somebody_elses_making_opens_nothing() {
    let app = TestApp::with(|config| config.login.failures_per_network = 5).await;
    let (jane, browser) = known(&app).await;
    let device = browser.cookie("device").unwrap();
    for number in 0..5 {
        guess(&app, &format!("user{number}@example.com"), 1).await;
    }
    let forged = [
        String::new(),
        "x".repeat(43),
        format!("{}.{}", "x".repeat(43), "y".repeat(43)),
        format!("{device}A"),
        device.replace('.', "A."),
    ];
    for cookie in forged {
        let fields = [("username", jane.email.as_str()), ("password", PASSWORD)];
        let request = app.post_form("/login/", &fields).cookie("device", &cookie);
        request.await.expect(429);
    }
}

#[tokio::test]
async fn a_locked_address_is_refused_at_every_door_and_open_sessions_go_on() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let fields = [("username", jane.email.as_str()), ("password", PASSWORD)];
    let tokens = app.post_form("/login/", &fields).await.expect(200).json();
    lock_out(&app, &jane.email).await;
    // By the API, in both of its encodings and all spellings of its path, and by the form.
    for path in ["/login/", "/login", "/api/login/", "/api/login"] {
        let answer = app.post_form(path, &fields).await;
        answer.expect_refusal(403, LOCKED);
    }
    for path in ["/login_with_form/", "/api/login_with_form"] {
        let answer = app.post_form(path, &fields);
        let answer = answer.header("accept", "application/json").await;
        answer.expect_refusal(403, LOCKED);
    }
    assert_eq!(log_in(&app.browser(), &jane.email, PASSWORD).await, 403);
    // A session that was open before is not a way in: it was in.
    let refresh = [("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    app.post_form("/login/refresh", &refresh).await.expect(200);
    app.get("/myaccount").bearer(&jane.token).await.expect(200);
}
