//! A database that was restarted: its connections are broken, and nobody has noticed yet.

use futures_util::future::join_all;
use gatepost::db::{Dialect, Run};

use super::{find, insert, names};
use crate::support::TestApp;

/// Ends every connection to the database but the one that asks, as a restart does.
pub(super) async fn break_connections(app: &TestApp) {
    let sql = "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.db.all(sql, &[]).await.unwrap();
    // They end a moment after they were told to.
    let left = "SELECT count(*) AS number FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    loop {
        let number: i64 = app.db.one(left, &[]).await.unwrap().get("number").unwrap();
        if number == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn reads_and_new_transactions_do_not_feel_it() {
    let app = TestApp::start().await;
    if app.db.dialect() != Dialect::Postgres {
        return;
    }
    let db = &app.db;
    for round in 0..3 {
        // Every connection has been used.
        join_all((0..12).map(|_| names(&app, "row"))).await;
        let breaker = app.second_node().await;
        break_connections(&breaker).await;
        let reads = join_all((0..12).map(|_| async { find(db, "row").await }));
        let writes = join_all((0..4).map(|number| async move {
            let name = &format!("row {round} {number}");
            let done = db.transaction(|tx| async move { insert(&tx, name).await });
            done.await.unwrap();
        }));
        let (read, _) = tokio::join!(reads, writes);
        assert!(read.iter().all(Option::is_none));
    }
    assert_eq!(names(&app, "row").await.len(), 12);
}
