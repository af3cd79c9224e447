//! What the audit log says of changes to accounts, and of those that were refused.

use gatepost::db::Run;
use gatepost::roles::Role;
use serde_json::{Value, json};

use super::{change, create};
use crate::recovery::noted;
use crate::support::{PASSWORD, TestApp};

/// The facts of the last entry about an event.
async fn facts(app: &TestApp, event: &str) -> Value {
    let sql =
        "SELECT details FROM audit_entries WHERE event = $1 ORDER BY at DESC, id DESC LIMIT 1";
    let row = app.db.one(sql, gatepost::params![event]).await.unwrap();
    serde_json::from_str(&row.get::<String>("details").unwrap()).unwrap()
}

#[tokio::test]
async fn every_change_is_written_down() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let made = create(&app, "made@example.com", "MANAGER").await;
    assert_eq!(noted(&app, "account_created").await[0].2, made["id"]);
    assert_eq!(
        facts(&app, "account_created").await,
        json!({"role": "MANAGER", "verified": false})
    );
    let jane = app.verified_user("jane@example.com").await;
    for (event, method, action) in [
        ("account_locked", "POST", "/lock"),
        ("account_unlocked", "POST", "/unlock"),
        ("account_deleted", "DELETE", ""),
    ] {
        let path = format!("/users/{}{action}", jane.id);
        let answer = app.request(method, &path).bearer(&admin.token).await;
        assert!(matches!(answer.status, 200 | 204), "{answer:#?}");
        let noted = noted(&app, event).await;
        assert_eq!(noted.len(), 1, "{event}");
        assert_eq!((noted[0].0.as_str(), &noted[0].2), ("done", &jane.id));
    }
    assert_eq!(
        facts(&app, "account_locked").await,
        json!({"sessions_ended": 1})
    );
}

#[tokio::test]
async fn a_change_names_the_fields_and_not_what_stands_in_them() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let body = json!({"bio": "Telltale.", "first_name": "Telltale"});
    app.put_json("/myaccount", &body)
        .bearer(&jane.token)
        .await
        .expect(200);
    assert_eq!(
        facts(&app, "account_updated").await,
        json!({"fields": ["first_name", "bio"]})
    );
    let entry = &noted(&app, "account_updated").await[0];
    assert!(!entry.3.contains("Telltale"), "{}", entry.3);
    // The same once more is no change.
    change(&app, app.admin().await, &jane.id, &body)
        .await
        .expect(200);
    assert_eq!(noted(&app, "account_updated").await.len(), 1);
}

#[tokio::test]
async fn a_role_is_written_down_with_the_one_before() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let admin = app.admin().await;
    for (from, to) in [("AUTHENTICATED", "ADMIN"), ("ADMIN", "MANAGER")] {
        change(&app, admin, &jane.id, &json!({"role": to}))
            .await
            .expect(200);
        assert_eq!(
            facts(&app, "role_changed").await,
            json!({"from": from, "to": to, "waits": false})
        );
        app.clock.advance(std::time::Duration::from_millis(1));
    }
    let made = create(&app, "made@example.com", "AUTHENTICATED").await;
    let id = made["id"].as_str().unwrap();
    change(&app, admin, id, &json!({"role": "ADMIN"}))
        .await
        .expect(200);
    assert_eq!(
        facts(&app, "role_changed").await,
        json!({"from": "AUTHENTICATED", "to": "ADMIN", "waits": true})
    );
}

#[tokio::test]
async fn what_staff_may_not_do_is_written_down() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let path = format!("/users/{}", admin.id);
    let new = json!({"email": "new@example.com", "password": PASSWORD, "role": "ADMIN"});
    let body = json!({"bio": "x"});
    for (event, request) in [
        ("account_updated", app.put_json(&path, &body)),
        ("account_deleted", app.delete(&path)),
        ("account_locked", app.post(&format!("{path}/lock"))),
        ("account_unlocked", app.post(&format!("{path}/unlock"))),
        ("account_created", app.post_json("/users/", &new)),
    ] {
        let before = noted(&app, "access_denied").await.len();
        request.bearer(&boss.token).await.expect(403);
        let denied = noted(&app, "access_denied").await;
        assert_eq!(denied.len(), before + 1, "{event}");
        assert_eq!(facts(&app, "access_denied").await, json!({"event": event}));
        let last = denied
            .iter()
            .find(|entry| entry.1.as_deref() == Some("manage"));
        let last = last.expect("an entry");
        assert_eq!(last.0, "refused");
        app.clock.advance(std::time::Duration::from_millis(1));
    }
    assert_eq!(noted(&app, "access_denied").await[0].2, admin.id);
}

#[tokio::test]
async fn that_the_last_administrator_stays_is_written_down() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let path = format!("/users/{}", admin.id);
    for (event, request) in [
        ("account_deleted", app.delete(&path)),
        ("account_locked", app.post(&format!("{path}/lock"))),
        (
            "account_updated",
            app.put_json(&path, &json!({"role": "MANAGER"})),
        ),
    ] {
        request.bearer(&admin.token).await.expect(409);
        let noted = noted(&app, event).await;
        assert_eq!(
            (noted[0].0.as_str(), noted[0].1.as_deref()),
            ("refused", Some("last_administrator"))
        );
    }
}
