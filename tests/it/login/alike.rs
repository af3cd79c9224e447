//! Known and unknown addresses: the same answers, byte for byte, and the same work behind them.

use std::collections::BTreeMap;

use gatepost::db::{Dialect, Run};

use super::{log_in, right, wrong};
use crate::support::{Answer, PASSWORD, TestApp, WRONG_PASSWORD};

/// Every table whose rows a login may change, and how many it has.
async fn rows(app: &TestApp) -> BTreeMap<String, usize> {
    let sql = match app.db.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
        Dialect::Postgres => {
            "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        }
    };
    let mut rows = BTreeMap::new();
    for table in app.db.all(sql, &[]).await.unwrap() {
        let name: String = table.get("name").unwrap();
        let all = format!("SELECT 1 AS one FROM {name}");
        rows.insert(name, app.db.all(&all, &[]).await.unwrap().len());
    }
    rows
}

/// How many rows each table has gained; those without a change are left out.
fn gained(
    before: &BTreeMap<String, usize>,
    after: &BTreeMap<String, usize>,
) -> BTreeMap<String, usize> {
    let gained = after
        .iter()
        .map(|(name, count)| (name.clone(), count - before[name]));
    gained.filter(|(_, count)| *count > 0).collect()
}

/// Status, headers and body, but for the request's own number.
fn bytes(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter();
    let mut headers: Vec<_> = headers
        .filter(|(name, _)| name.as_str() != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, headers, answer.body.clone())
}

#[tokio::test]
async fn answers_are_the_same_byte_for_byte_from_the_first_try_to_the_lock() {
    let app = TestApp::start().await;
    let known = app.verified_user("jane@example.com").await.email;
    let waiting = "anna@example.com";
    app.register(waiting).await;
    for _ in 0..8 {
        let answers = [
            bytes(&wrong(&app, &known).await),
            bytes(&wrong(&app, "june@example.com").await),
            bytes(&wrong(&app, waiting).await),
        ];
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
    }
    // Locked, also with the right password.
    let answers = [
        right(&app, &known).await,
        right(&app, "june@example.com").await,
    ];
    assert_eq!(answers[0].status, 403);
    assert_eq!(bytes(&answers[0]), bytes(&answers[1]));
}

#[tokio::test]
async fn pages_are_the_same_but_for_what_was_typed() {
    let app = TestApp::start().await;
    let known = app.verified_user("jane@example.com").await.email;
    let submit = async |email: &str| {
        let fields = [("username", email), ("password", WRONG_PASSWORD)];
        let request = app.post_form("/login_with_form/", &fields);
        let answer = request.header("accept", "text/html").await;
        let (status, headers, body) = bytes(&answer);
        (status, headers, body.replace(email, "…"))
    };
    for _ in 0..7 {
        assert_eq!(submit(&known).await, submit("june@example.com").await);
    }
}

#[tokio::test]
async fn limits_are_the_same() {
    let app = TestApp::with(|config| config.login.failures_per_network = 3).await;
    let known = app.verified_user("jane@example.com").await.email;
    for number in 0..3 {
        wrong(&app, &format!("user{number}@example.com"))
            .await
            .expect(401);
    }
    let answers = [
        wrong(&app, &known).await,
        wrong(&app, "june@example.com").await,
        right(&app, &known).await,
    ];
    assert_eq!(answers[0].status, 429);
    assert_eq!(bytes(&answers[0]), bytes(&answers[1]));
    assert_eq!(bytes(&answers[0]), bytes(&answers[2]));
}

#[tokio::test]
async fn every_try_leaves_the_same_rows_behind() {
    let app = TestApp::start().await;
    let known = app.verified_user("jane@example.com").await.email;
    // The buckets that all tries share are there already.
    wrong(&app, "first@example.com").await.expect(401);
    app.mails_to(&known).await;
    for number in 1..=7 {
        let before = rows(&app).await;
        wrong(&app, &known).await;
        let between = rows(&app).await;
        wrong(&app, "june@example.com").await;
        let after = rows(&app).await;
        let (of_known, of_unknown) = (gained(&before, &between), gained(&between, &after));
        assert_eq!(of_known, of_unknown, "try {number}");
        assert!(of_known.contains_key("audit_entries"), "{of_known:?}");
        assert!(!of_known.contains_key("outbox"), "mails are written later");
        assert_eq!(of_known.contains_key("jobs"), number == 5, "{of_known:?}");
    }
}

#[tokio::test]
async fn a_hash_is_compared_for_everybody() {
    let app = TestApp::start().await;
    let known = app.verified_user("jane@example.com").await.email;
    // With the lane closed, whatever would be hashed is refused.
    app.lane.close();
    for (email, password) in [
        (known.as_str(), PASSWORD),
        (&known, WRONG_PASSWORD),
        ("june@example.com", PASSWORD),
        ("no address", PASSWORD),
    ] {
        log_in(&app, email, password).await.expect(503);
    }
}
