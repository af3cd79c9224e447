//! Transactions beside each other: durable when they are acknowledged, tried again when another was in the way.

use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::{join_all, try_join, try_join3};
use gatepost::db::{Dialect, Fault, Run, Tx};
use tokio::sync::Barrier;

use super::{find, insert, names, refused, touch};
use crate::support::TestApp;

#[tokio::test]
async fn is_durable_when_it_is_acknowledged() {
    let app = TestApp::start().await;
    let node = &app.second_node().await;
    let db = &app.db;
    join_all((0..100).map(|number| async move {
        let name = &format!("row {number:02}");
        db.transaction(|tx| async move { insert(&tx, name).await })
            .await
            .unwrap();
        assert!(
            find(&node.db, name).await.is_some(),
            "another process reads it at once"
        );
    }))
    .await;
    assert_eq!(names(&app, "row").await.len(), 100);
}

#[tokio::test]
async fn that_fails_takes_none_of_its_neighbours_with_it() {
    let app = TestApp::start().await;
    let db = &app.db;
    join_all((0..60).map(|number| async move {
        let name = &format!("row {number:02}");
        let done = db.transaction(|tx| async move {
            insert(&tx, name).await?;
            if number % 3 == 0 {
                Err(refused())
            } else {
                Ok(())
            }
        });
        assert_eq!(done.await.is_ok(), number % 3 != 0);
    }))
    .await;
    let expected: Vec<_> = (0..60)
        .filter(|n| n % 3 != 0)
        .map(|n| format!("row {n:02}"))
        .collect();
    assert_eq!(names(&app, "row").await, expected);
}

#[tokio::test]
async fn changes_to_one_row_are_all_kept() {
    let app = TestApp::start().await;
    insert(&app.db, "row counter").await.unwrap();
    let db = &app.db;
    join_all((0..50).map(|_| async move {
        db.transaction(|tx| async move { touch(&tx, "row counter").await })
            .await
            .unwrap();
    }))
    .await;
    assert_eq!(
        find(&app.db, "row counter")
            .await
            .unwrap()
            .get::<i64>("touched_at")
            .unwrap(),
        50
    );
}

#[tokio::test]
async fn is_tried_again_when_another_was_in_the_way() {
    let app = TestApp::start().await;
    let tries = AtomicI64::new(0);
    let tries = &tries;
    app.db
        .transaction(|tx| async move {
            insert(&tx, "row one").await?;
            if tries.fetch_add(1, Ordering::SeqCst) < 3 {
                Err(Fault::Retry)
            } else {
                Ok(())
            }
        })
        .await
        .unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 4);
    assert_eq!(names(&app, "row").await, ["row one"]);
}

#[tokio::test]
async fn is_given_up_when_another_is_always_in_the_way() {
    let app = TestApp::start().await;
    let tries = AtomicI64::new(0);
    let tries = &tries;
    let work = app.db.transaction(|_tx: Tx| async move {
        tries.fetch_add(1, Ordering::SeqCst);
        Err::<(), _>(Fault::Retry)
    });
    assert!(matches!(work.await, Err(Fault::Retry)));
    assert!((2..100).contains(&tries.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn two_that_wait_for_each_other_both_come_through() {
    let app = TestApp::start().await;
    // SQLite has one writer: nobody can wait for each other there.
    if app.db.dialect() != Dialect::Postgres {
        return;
    }
    insert(&app.db, "a").await.unwrap();
    insert(&app.db, "b").await.unwrap();
    let (both_hold_one, first_try) = (Barrier::new(2), [AtomicI64::new(0), AtomicI64::new(0)]);
    let (db, both_hold_one, first_try) = (&app.db, &both_hold_one, &first_try);
    join_all([("a", "b"), ("b", "a")].into_iter().enumerate().map(
        |(place, (one, other))| async move {
            let work = db.transaction(|tx| async move {
                touch(&tx, one).await?;
                if first_try[place].fetch_add(1, Ordering::SeqCst) == 0 {
                    both_hold_one.wait().await;
                }
                touch(&tx, other).await
            });
            work.await.unwrap();
        },
    ))
    .await;
    for name in ["a", "b"] {
        assert_eq!(
            find(&app.db, name)
                .await
                .unwrap()
                .get::<i64>("touched_at")
                .unwrap(),
            2
        );
    }
}

#[tokio::test]
async fn that_changes_very_much_is_done_and_undone_as_a_whole() {
    // Enough pages that have been there before: SQLite keeps what they were, for its own undoing.
    let app = TestApp::start().await;
    let wide = "x".repeat(1000);
    let rows = 1_500_i64;
    let insert_all = app.db.transaction(|tx| {
        let wide = &wide;
        async move {
            for number in 0..rows {
                insert(&tx, &format!("wide {number:03} {wide}")).await?;
            }
            Ok::<_, Fault>(())
        }
    });
    insert_all.await.unwrap();
    let change = |tx: Tx| async move {
        let sql = "UPDATE guards SET touched_at = touched_at + 1 WHERE name LIKE 'wide%'";
        tx.execute(sql, &[]).await
    };
    assert_eq!(app.db.transaction(change).await.unwrap(), 1_500);
    let undone = app.db.transaction(|tx| async move {
        change(tx).await?;
        Err::<(), _>(refused())
    });
    undone.await.unwrap_err();
    let sum =
        "SELECT CAST(SUM(touched_at) AS BIGINT) AS number FROM guards WHERE name LIKE 'wide%'";
    let row = app.db.one(sum, &[]).await.unwrap();
    assert_eq!(row.get::<i64>("number").unwrap(), 1_500);
}

#[tokio::test]
async fn does_statements_that_are_asked_together_in_their_order() {
    let app = TestApp::start().await;
    let changed = app.db.transaction(|tx| async move {
        // From here on this connection knows the second statement, and has still to be told the first one.
        touch(&tx, "row one").await?;
        let ((), changed) = try_join(insert(&tx, "row one"), touch(&tx, "row one")).await?;
        Ok::<_, Fault>(changed)
    });
    assert_eq!(changed.await.unwrap(), 1);
}

#[tokio::test]
async fn of_statements_that_are_asked_together_one_that_fails_undoes_them_all() {
    let app = TestApp::start().await;
    insert(&app.db, "row taken").await.unwrap();
    let done = app.db.transaction(|tx| async move {
        let fresh = insert(&tx, "row new");
        let taken = insert(&tx, "row taken");
        let late = insert(&tx, "row late");
        try_join3(fresh, taken, late).await
    });
    assert!(matches!(done.await, Err(Fault::Unique(_))));
    assert_eq!(names(&app, "row").await, ["row taken"]);
}
