//! What is left of a person who has left: an id, and nothing by which anybody could say whose it was.

use gatepost::audit;
use gatepost::db::{Dialect, Run};
use gatepost::ids::AccountId;
use serde_json::json;

use super::delete;
use crate::recovery::ask;
use crate::support::{PASSWORD, TestApp};
use crate::verification::{move_to, undo_code};

const BROWSER: &str = "Telltale/1.0 (of Jane)";

/// Every value of every table, as text. What is kept for reading in development is no concern here.
async fn dump(app: &TestApp) -> String {
    let tables = match app.db.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Dialect::Postgres => {
            "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    let mut text = String::new();
    for table in app.db.all(tables, &[]).await.unwrap() {
        let table: String = table.get("name").unwrap();
        let columns = match app.db.dialect() {
            Dialect::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            Dialect::Postgres => format!(
                "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name = '{table}'"
            ),
        };
        for column in app.db.all(&columns, &[]).await.unwrap() {
            let column: String = column.get("name").unwrap();
            let sql = format!("SELECT CAST(\"{column}\" AS TEXT) AS value FROM \"{table}\"");
            for row in app.db.all(&sql, &[]).await.unwrap() {
                let value: Option<String> = row.get("value").unwrap();
                text.extend([
                    table.as_str(),
                    ".",
                    &column,
                    ": ",
                    &value.unwrap_or_default(),
                    "\n",
                ]);
            }
        }
    }
    text
}

/// Somebody with a past: other addresses, wrong passwords, invitations, links.
async fn live(app: &TestApp) -> (String, String) {
    app.admin().await;
    ask(app, "Jane.Vanderbilt@example.com").await;
    app.mails_to("jane.vanderbilt@example.com").await;
    let jane = app.verified_user("jane.vanderbilt@example.com").await;
    let profile =
        json!({"first_name": "Telltale-Jane", "nickname": "telltale", "bio": "Telltale-Bio"});
    app.put_json("/myaccount", &profile)
        .bearer(&jane.token)
        .header("user-agent", BROWSER)
        .await
        .expect(200);
    for password in [PASSWORD, "Wrong+1234"] {
        let fields = [("username", jane.email.as_str()), ("password", password)];
        app.post_form("/login/", &fields)
            .header("user-agent", BROWSER)
            .await;
    }
    ask(app, &jane.email).await;
    move_to(app, &jane, "vanderbilt_new@example.com").await;
    undo_code(app, &jane.email).await;
    app.put_json(
        "/myaccount",
        &json!({"email": "vanderbilt.third@example.com"}),
    )
    .bearer(&jane.token)
    .await
    .expect(200);
    (jane.id, jane.token)
}

#[tokio::test]
async fn nothing_tells_who_it_was() {
    let app = TestApp::start().await;
    let (id, token) = live(&app).await;
    let before = dump(&app).await.to_lowercase();
    for telling in ["vanderbilt", "telltale"] {
        assert!(before.contains(telling), "{telling}");
    }
    app.post_json("/myaccount/delete", &json!({"password": PASSWORD}))
        .bearer(&token)
        .header("user-agent", BROWSER)
        .await
        .expect(204);
    // The last mail waits to be sent, and so does one that asks somebody to prove an address.
    let last = "DELETE FROM outbox WHERE is_last OR recipient = 'vanderbilt.third@example.com'";
    app.db.execute(last, &[]).await.unwrap();
    let after = dump(&app).await;
    for telling in ["vanderbilt", "telltale"] {
        let found: Vec<&str> = after
            .lines()
            .filter(|line| line.to_lowercase().contains(telling))
            .collect();
        assert!(found.is_empty(), "{found:#?}");
    }
    // The id stays, as a pseudonym.
    let id: AccountId = id.parse().unwrap();
    let sql = "SELECT event FROM audit_entries WHERE account_id = $1";
    let entries = app.db.all(sql, gatepost::params![id]).await.unwrap();
    assert!(entries.len() > 5, "{}", entries.len());
}

#[tokio::test]
async fn the_chain_of_the_log_holds_as_before() {
    let app = TestApp::start().await;
    let (_, token) = live(&app).await;
    audit::chain(&app).await.unwrap();
    delete(&app, &token, PASSWORD).await.expect(204);
    audit::chain(&app).await.unwrap();
    let _ = audit::verify(&app, None).await.unwrap();
    let sql = "SELECT personal FROM audit_entries WHERE event = 'account_deleted'";
    let row = app.db.one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<Option<String>>("personal").unwrap(), None);
}

#[tokio::test]
async fn the_staff_deletes_as_thoroughly() {
    let app = TestApp::start().await;
    let (id, _) = live(&app).await;
    app.delete(&format!("/users/{id}"))
        .bearer(&app.admin().await.token)
        .header("user-agent", "Staff/1.0")
        .await
        .expect(204);
    let waiting = "DELETE FROM outbox WHERE recipient = 'vanderbilt.third@example.com'";
    app.db.execute(waiting, &[]).await.unwrap();
    let after = dump(&app).await.to_lowercase();
    assert!(!after.contains("vanderbilt") && !after.contains("telltale"));
    assert!(after.contains("staff/1.0"), "who did it stays known");
}

#[tokio::test]
async fn entries_about_similar_addresses_stay() {
    let app = TestApp::start().await;
    let jane = app.verified_user("a_b@example.com").await;
    for other in [
        "axb@example.com",
        "a_b@example.com.example.org",
        "xa_b@example.com",
    ] {
        ask(&app, other).await;
    }
    app.mails_to("axb@example.com").await;
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    let after = dump(&app).await;
    for other in [
        "axb@example.com",
        "a_b@example.com.example.org",
        "xa_b@example.com",
    ] {
        assert!(after.contains(&format!("\"{other}\"")), "{other}");
    }
}

#[tokio::test]
async fn mails_of_others_are_not_dropped() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    // A stranger's address, whose owner registers at this moment.
    app.put_json("/myaccount", &json!({"email": "ann@example.com"}))
        .bearer(&jane.token)
        .await
        .expect(200);
    app.register("ann@example.com").await;
    let before = app.mails_to("ann@example.com").await.len();
    delete(&app, &jane.token, PASSWORD).await.expect(204);
    assert_eq!(app.mails_to("ann@example.com").await.len(), before);
}
