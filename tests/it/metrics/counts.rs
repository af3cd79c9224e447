//! What is counted, seen through what people do.

use std::time::Duration;

use gatepost::db::{Dialect, Run};
use gatepost::metering::{Histogram, Unit};
use gatepost::metrics::show;

use super::{sum, value};
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD, app_with};

fn is(found: f64, expected: u32) -> bool {
    (found - f64::from(expected)).abs() < 0.000_001
}

#[track_caller]
fn assert_is(found: f64, expected: u32) {
    assert!(is(found, expected), "{found} is not {expected}");
}

#[tokio::test]
async fn requests_by_their_route_and_never_by_their_path() {
    let app = TestApp::start().await;
    let id = app.admin().await.id.clone();
    for _ in 0..3 {
        app.get(&format!("/users/{id}")).await.expect(401);
    }
    app.get("/secret-of-a-link").await.expect(404);
    app.request("BREW", "/another-path").await;
    let of = |route: &str, method: &str, status: &str| {
        format!(
            "gatepost_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}"
        )
    };
    assert_is(sum(&app, &of("/users/{user_id}", "GET", "4xx")).await, 3);
    assert_is(sum(&app, &of("-", "GET", "4xx")).await, 1);
    assert_is(sum(&app, &of("-", "other", "4xx")).await, 1);
    let count =
        "gatepost_http_request_duration_seconds_count{route=\"/users/{user_id}\",method=\"GET\"}";
    assert_is(sum(&app, count).await, 3);
    assert_is(sum(&app, "gatepost_http_requests_in_flight").await, 0);
    let text = show(&app).await;
    for told in [id.as_str(), "secret-of-a-link", "BREW", "admin@"] {
        assert!(!text.contains(told), "{told} is in the metrics");
    }
}

#[tokio::test]
async fn logins_by_their_outcome_and_sessions_by_their_end() {
    let app = TestApp::start().await;
    let person = app.verified_user("ann@example.com").await;
    let outcome = |word: &str| format!("gatepost_logins_total{{outcome=\"{word}\"}}");
    let (ok, started) = (
        sum(&app, &outcome("ok")).await,
        sum(&app, "gatepost_sessions_started_total").await,
    );
    let token = app.log_in(&person.email).await;
    for (name, password) in [
        (person.email.as_str(), WRONG_PASSWORD),
        ("nobody@example.com", PASSWORD),
    ] {
        app.post_form("/login/", &[("username", name), ("password", password)])
            .await
            .expect(401);
    }
    assert_is(sum(&app, &outcome("ok")).await - ok, 1);
    assert_is(sum(&app, &outcome("wrong")).await, 2);
    assert_is(
        sum(&app, "gatepost_sessions_started_total").await - started,
        1,
    );
    let logout = "gatepost_sessions_ended_total{reason=\"logout\"}";
    assert!(value(&app, logout).await.is_none());
    for _ in 0..2 {
        app.post("/logout").bearer(&token).await.expect(303);
    }
    assert_is(sum(&app, logout).await, 1);
    assert!(sum(&app, "gatepost_hash_total").await >= 3.0);
    assert!(sum(&app, "gatepost_hash_seconds_total").await > 0.0);
    assert_is(sum(&app, "gatepost_hash_threads").await, 2);
}

#[tokio::test]
async fn limits_by_what_they_count() {
    let app = app_with(|config| config.login.failures_per_network = 1).await;
    let wrong = [
        ("username", "ann@example.com"),
        ("password", WRONG_PASSWORD),
    ];
    app.post_form("/login/", &wrong).await.expect(401);
    app.post_form("/login/", &wrong).await.expect(429);
    app.post_form("/login/", &wrong).await.expect(429);
    let limit = "gatepost_limited_total{limit=\"failed_logins\"}";
    assert_is(sum(&app, limit).await, 2);
    assert_is(
        sum(&app, "gatepost_logins_total{outcome=\"limited\"}").await,
        2,
    );
}

#[tokio::test]
async fn what_is_undone_is_not_counted() {
    let app = TestApp::start().await;
    let undone = app
        .db
        .transaction(|tx| async move {
            tx.after_commit(|| panic!("it was never committed"));
            tx.all("SELECT nothing FROM nowhere", &[]).await.map(drop)
        })
        .await;
    assert!(undone.is_err());
}

#[tokio::test]
async fn the_work_that_waits() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("ann@example.com").await;
    assert!(sum(&app, "gatepost_mails_waiting").await >= 1.0);
    assert!(sum(&app, "gatepost_audit_unchained").await >= 1.0);
    app.clock.advance(Duration::from_secs(90));
    assert_is(sum(&app, "gatepost_mails_oldest_seconds").await, 90);
    assert_is(sum(&app, "gatepost_audit_lag_seconds").await, 90);
    gatepost::audit::chain(&app).await.unwrap();
    assert_is(sum(&app, "gatepost_audit_unchained").await, 0);
    assert_is(sum(&app, "gatepost_mails_dead").await, 0);
    app.db
        .execute(
            "UPDATE outbox SET dead_at = 1, due_at = 9223372036854775807",
            &[],
        )
        .await
        .unwrap();
    assert!(sum(&app, "gatepost_mails_dead").await >= 1.0);
    assert_is(sum(&app, "gatepost_mails_waiting").await, 0);
}

#[tokio::test]
async fn the_database_and_that_it_is_away() {
    let app = TestApp::start().await;
    app.register("ann@example.com").await;
    assert_is(sum(&app, "gatepost_database_up").await, 1);
    for name in [
        "gatepost_database_statement_duration_seconds_count{kind=\"read\"}",
        "gatepost_database_statement_duration_seconds_count{kind=\"write\"}",
        "gatepost_database_commit_duration_seconds_count",
    ] {
        assert!(sum(&app, name).await >= 1.0, "{name}");
    }
    let batches = value(&app, "gatepost_sqlite_batch_transactions_count").await;
    let most = value(&app, "gatepost_database_connections{state=\"most\"}").await;
    if app.db.dialect() == Dialect::Sqlite {
        assert!(batches.unwrap() >= 1.0 && most.is_none());
    } else {
        assert!(batches.is_none() && is(most.unwrap(), 6));
    }
    app.take_database_away().await;
    assert_is(sum(&app, "gatepost_database_up").await, 0);
    assert!(value(&app, "gatepost_mails_waiting").await.is_none());
}

#[test]
fn a_histogram_counts_up_to_its_bounds_and_is_exact() {
    let times = Histogram::new(Unit::Time);
    for micros in [25, 26, 1_000, 20_000_000] {
        times.time(Duration::from_micros(micros));
    }
    let cumulated = times.cumulated();
    let up_to = |bound: &str| {
        let found = cumulated.iter().find(|(found, _)| found == bound);
        found.map(|(_, count)| *count)
    };
    assert_eq!(up_to("0.000025"), Some(1));
    assert_eq!(up_to("0.0001"), Some(2));
    assert_eq!(up_to("0.001"), Some(3));
    assert_eq!(up_to("10"), Some(3));
    assert_eq!(up_to("+Inf"), Some(4));
    assert_eq!(times.sum(), "20.001051");
    let counts = Histogram::new(Unit::Count);
    counts.count(3);
    counts.count(1000);
    assert_eq!(counts.cumulated()[2], ("4".to_owned(), 1));
    assert_eq!(counts.cumulated().last(), Some(&("+Inf".to_owned(), 2)));
    assert_eq!(counts.cumulated().len(), 10);
}
