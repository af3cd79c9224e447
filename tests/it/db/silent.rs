//! A database that does not answer, because somebody holds what is asked for: nobody waits for ever.

use std::sync::Arc;

use futures_util::future::join_all;
use gatepost::db::{Dialect, Fault};
use tokio::sync::Notify;

use super::{find, insert};
use crate::support::TestApp;

#[tokio::test]
async fn whoever_waits_in_vain_is_told_so() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let (holds, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (held, released) = (Arc::clone(&holds), Arc::clone(&release));
    let db = node.db.clone();
    let holder = tokio::spawn(async move {
        db.transaction(|tx| {
            let (held, released) = (Arc::clone(&held), Arc::clone(&released));
            async move {
                insert(&tx, "held").await?;
                held.notify_one();
                released.notified().await;
                Ok::<_, Fault>(())
            }
        })
        .await
    });
    holds.notified().await;
    // Alone, in a transaction, and more of them than there are connections, or than could wait one after the other.
    let alone = join_all((0..30).map(|_| insert(&app.db, "held")));
    let together = app
        .db
        .transaction(|tx| async move { insert(&tx, "held").await });
    let (alone, together) = tokio::join!(alone, together);
    for answer in alone.into_iter().chain([together]) {
        assert!(matches!(answer, Err(Fault::Unavailable(_))), "{answer:?}");
    }
    if app.db.dialect() == Dialect::Postgres {
        insert(&app.db, "something else").await.unwrap();
    }
    assert!(find(&app.db, "held").await.is_none(), "reads go on");
    release.notify_one();
    holder.await.unwrap().unwrap();
    let answer = insert(&app.db, "held").await;
    assert!(matches!(answer, Err(Fault::Unique(_))), "{answer:?}");
}
