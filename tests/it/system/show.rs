//! `GET /admin/system`, and what it is made of.

use gatepost::db::{Dialect, Run};
use gatepost::sessions::Admin;
use gatepost::system;

use crate::sessions::browser;
use crate::support::TestApp;

const PAGE: &str = "/admin/system";

#[tokio::test]
async fn shows_node_database_queues_and_latencies() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    let engine = match app.db.dialect() {
        Dialect::Sqlite => "SQLite 3.",
        Dialect::Postgres => "PostgreSQL 1",
    };
    page.shows(env!("CARGO_PKG_VERSION"))
        .shows(engine)
        .shows("Runs for")
        .shows("Logins in a second")
        .shows("Mails that wait")
        .shows("POST /register")
        .shows("hash")
        .shows("All of this release are applied.")
        .shows("accounts");
    // The PostgreSQL of the tests does not wait for its disk, which is told.
    let wrong = page.html.split("To be looked after").nth(1);
    let wrong = wrong.map(|rest| rest.split("</div>").next().unwrap().to_owned());
    let is_told = wrong.is_some_and(|text| text.contains("fsync is off"));
    let is_off = app.db.inspect().await.unwrap().settings;
    let is_off = is_off.iter().any(|(_, value)| value == "off");
    assert_eq!(is_told, is_off, "{}", page.html);
}

#[tokio::test]
async fn counts_what_was_done() {
    let app = TestApp::start().await;
    app.admin().await;
    app.clock.advance(std::time::Duration::from_mins(90));
    let found = system::show(&app, &Admin::operator()).await.unwrap();
    let node = found.node.expect("this process");
    assert_eq!(node.uptime_seconds, 90 * 60);
    assert_eq!(node.not_ready, None);
    assert_eq!(node.requests.count, 2, "a registration and a login");
    assert!(node.requests.p50_ms <= node.requests.p99_ms);
    let hash = node.stages.iter().find(|stage| stage.name == "hash");
    assert_eq!(hash.unwrap().count, 2);
    assert!(found.database.latency_ms > 0.0);
    assert!(found.database.bytes.expect("both tell") > 10_000);
    assert_eq!(found.database.missing_migrations, 0);
    assert!(
        found
            .database
            .migrations
            .iter()
            .all(|step| step.applied_at.is_some())
    );
    match app.db.dialect() {
        Dialect::Sqlite => assert!(found.database.connections.is_none()),
        Dialect::Postgres => {
            let in_use = found.database.connections.expect("the server tells");
            assert!(in_use.count >= 1 && in_use.machines >= 1, "{in_use:?}");
        }
    }
    let disk = found.disk.expect("a folder");
    assert!(disk.free_bytes <= disk.bytes && disk.bytes > 0);
}

#[tokio::test]
async fn tells_what_is_missing() {
    let app = TestApp::start().await;
    app.admin().await;
    let take = "DELETE FROM schema_migrations WHERE version = 1";
    app.db.execute(take, &[]).await.unwrap();
    let newer = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, 'of_a_newer_release', '', 1)";
    app.db.execute(newer, &[]).await.unwrap();
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    page.shows("To be looked after")
        .shows("1 migrations of this release are missing")
        .shows("of a newer release");
}
