//! What the audit log has about logins.

use gatepost::db::Run;
use serde_json::Value;

use super::{right, wrong};
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

/// An entry about a login or about what came of one.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    event: String,
    outcome: String,
    reason: Option<String>,
    account: bool,
    details: String,
    personal: String,
}

/// The entries since the last call, oldest first.
async fn entries(app: &TestApp) -> Vec<Entry> {
    let sql = "SELECT event, outcome, reason, account_id, details, personal FROM audit_entries
        WHERE event IN ('login', 'locked_out', 'limit_reached') ORDER BY at, id";
    let rows = app.db.all(sql, &[]).await.unwrap();
    let read = rows.iter().map(|row| Entry {
        event: row.get("event").unwrap(),
        outcome: row.get("outcome").unwrap(),
        reason: row.get("reason").unwrap(),
        account: row
            .get::<Option<gatepost::ids::AccountId>>("account_id")
            .unwrap()
            .is_some(),
        details: row.get("details").unwrap(),
        personal: row.get::<Option<String>>("personal").unwrap().unwrap(),
    });
    let read = read.collect();
    let sql = "DELETE FROM audit_entries";
    app.db.execute(sql, &[]).await.unwrap();
    read
}

/// Event, outcome, reason, and whether the entry names an account.
fn brief(entries: &[Entry]) -> Vec<(&str, &str, Option<&str>, bool)> {
    entries
        .iter()
        .map(|entry| {
            let reason = entry.reason.as_deref();
            (
                entry.event.as_str(),
                entry.outcome.as_str(),
                reason,
                entry.account,
            )
        })
        .collect()
}

#[tokio::test]
async fn has_every_login_and_who_it_was() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    entries(&app).await;
    right(&app, "jane@example.com").await.expect(200);
    let sql = "SELECT actor_kind, actor_id, account_id, session_id FROM audit_entries WHERE event = 'login'";
    let row = app.db.one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<String>("actor_kind").unwrap(), "account");
    let id = |name: &str| row.get::<Option<gatepost::ids::AccountId>>(name).unwrap();
    assert!(id("actor_id").is_some() && id("actor_id") == id("account_id"));
    let session: Option<gatepost::ids::SessionId> = row.get("session_id").unwrap();
    assert!(session.is_some());
    let found = entries(&app).await;
    assert_eq!(brief(&found), [("login", "done", None, true)]);
    let personal: Value = serde_json::from_str(&found[0].personal).unwrap();
    assert_eq!(personal["address"], "127.0.0.1");
}

#[tokio::test]
async fn has_every_refusal_and_its_reason() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.register("new@example.com").await;
    entries(&app).await;

    wrong(&app, &jane.email).await.expect(401);
    wrong(&app, "nobody@example.com").await.expect(401);
    right(&app, "new@example.com").await.expect(401);
    let found = entries(&app).await;
    assert_eq!(
        brief(&found),
        [
            ("login", "refused", Some("wrong_password"), true),
            ("login", "refused", Some("unknown"), false),
            ("login", "refused", Some("not_verified"), true),
        ]
    );

    for _ in 0..4 {
        wrong(&app, &jane.email).await.expect(401);
    }
    right(&app, &jane.email).await.expect(403);
    let found = entries(&app).await;
    let mut expected = vec![("login", "refused", Some("wrong_password"), true); 3];
    expected.push(("locked_out", "done", None, true));
    expected.push(("login", "refused", Some("wrong_password"), true));
    expected.push(("login", "refused", Some("locked"), true));
    assert_eq!(brief(&found), expected);
    assert_eq!(
        found[3].details,
        r#"{"counted":"address","lockout":1,"seconds":900}"#
    );
    assert_eq!(found[5].details, r#"{"by":"wrong_passwords"}"#);

    app.clock.advance(app.config.login.lock_first.get());
    let token = app.log_in(&admin.email).await;
    let lock = app.post(&format!("/users/{}/lock", jane.id)).bearer(&token);
    lock.await.expect(200);
    entries(&app).await;
    right(&app, &jane.email).await.expect(403);
    let found = entries(&app).await;
    assert_eq!(brief(&found), [("login", "refused", Some("locked"), true)]);
    assert_eq!(found[0].details, r#"{"by":"staff"}"#);
}

#[tokio::test]
async fn has_a_limit_once_in_its_window() {
    let app = TestApp::with(|config| config.login.failures_per_network = 3).await;
    app.admin().await;
    entries(&app).await;
    for number in 0..3 {
        wrong(&app, &format!("user{number}@example.com"))
            .await
            .expect(401);
    }
    for _ in 0..300 {
        right(&app, "admin@example.com").await.expect(429);
    }
    let found = entries(&app).await;
    let count = |event: &str, reason: Option<&str>| {
        let same = |entry: &&Entry| entry.event == event && entry.reason.as_deref() == reason;
        found.iter().filter(same).count()
    };
    assert_eq!(count("limit_reached", None), 1);
    // A flood does not fill the log: after two hundred refusals it has been said.
    assert_eq!(count("login", Some("too_many")), 200);
    let reached = found.iter().find(|entry| entry.event == "limit_reached");
    assert_eq!(
        reached.unwrap().details,
        r#"{"limit":"login.failures_per_network"}"#
    );
    app.clock.advance(app.config.login.failures_window.get());
    for number in 0..3 {
        wrong(&app, &format!("user{number}@example.com"))
            .await
            .expect(401);
    }
    right(&app, "admin@example.com").await.expect(429);
    let found = entries(&app).await;
    let again = found.iter().filter(|entry| entry.event == "limit_reached");
    assert_eq!(again.count(), 1);
}

#[tokio::test]
async fn has_nothing_of_what_was_typed() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    entries(&app).await;
    // The password in the field for the address, and the other way round.
    let swapped = [("username", PASSWORD), ("password", "jane@example.com")];
    for _ in 0..7 {
        app.post_form("/login/", &swapped).await;
    }
    wrong(&app, "jane@example.com").await.expect(401);
    wrong(&app, "typed@example.com").await.expect(401);
    for entry in entries(&app).await {
        let whole = format!("{entry:?}");
        for secret in [PASSWORD, WRONG_PASSWORD, "typed@example.com", "jane@"] {
            assert!(!whole.contains(secret), "{whole}");
        }
    }
    let sql = "SELECT kind FROM jobs";
    let jobs = app.db.all(sql, &[]).await.unwrap();
    assert!(jobs.is_empty(), "what is no address is nobody's to be told");
}
