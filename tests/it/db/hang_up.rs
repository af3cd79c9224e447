//! Clients that hang up at any moment: while a transaction begins, works or ends.

use std::time::Duration;

use gatepost::db::{Dialect, Fault, Run};

use super::{find, insert, names};
use crate::support::TestApp;

/// A transaction that is given up after a while, wherever it is then; answers whether it had ended before.
async fn given_up(app: &TestApp, name: &str, after: Duration) -> bool {
    let work = app.db.transaction(|tx| async move {
        insert(&tx, name).await?;
        find(&tx, name).await;
        Ok::<_, Fault>(())
    });
    tokio::select! {
        done = work => done.is_ok(),
        () = tokio::time::sleep(after) => false,
    }
}

#[tokio::test]
async fn leaves_no_transaction_open_in_which_the_next_writes_would_be_lost() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let mut kept = Vec::new();
    for round in 0..60_u64 {
        let name = format!("row {round:02}");
        let is_done = given_up(&app, &name, Duration::from_micros(50 * round)).await;
        // What is acknowledged afterwards is there for everybody, whichever connection it went by.
        for number in 0..3 {
            let later = format!("{name} later {number}");
            insert(&app.db, &later).await.unwrap();
            assert!(find(&node.db, &later).await.is_some(), "{later}");
            kept.push(later);
        }
        assert!(!is_done || find(&node.db, &name).await.is_some(), "{name}");
    }
    let found = names(&node, "row").await;
    assert!(kept.iter().all(|name| found.contains(name)));
    if node.db.dialect() == Dialect::Postgres {
        let open = "SELECT count(*) AS number FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        let number: i64 = node.db.one(open, &[]).await.unwrap().get("number").unwrap();
        assert_eq!(number, 0, "connections with an open transaction");
    }
}
