//! Transactions that wait for company: as durable as others when they are acknowledged, and fewer commits for all of them.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{join, join_all};
use gatepost::db::{Db, Dialect, Fault};

use super::{find, insert, names, refused};
use crate::support::TestApp;

/// Longer than any test here may take.
const LONG: Duration = Duration::from_mins(10);
/// Long enough that everybody has come by then, and soon over.
const SHORT: Duration = Duration::from_millis(500);

/// How many batches SQLite has made durable so far.
fn batches(db: &Db) -> u64 {
    db.figures().batches.spread().count()
}

#[tokio::test]
async fn those_that_wait_are_made_durable_together() {
    let app = TestApp::start().await;
    let node = &app.second_node().await;
    let (db, before) = (&app.db.unhurried(SHORT), batches(&app.db));
    join_all((0..30).map(|number| async move {
        let name = &format!("row {number:02}");
        insert(db, name).await.unwrap();
        let seen = find(&node.db, name).await;
        assert!(seen.is_some(), "another process reads what is acknowledged");
    }))
    .await;
    assert_eq!(names(&app, "row").await.len(), 30);
    if db.dialect() == Dialect::Sqlite {
        let made = batches(db) - before;
        assert!((1..=3).contains(&made), "{made} batches for thirty");
    }
}

#[tokio::test]
async fn one_in_a_hurry_takes_all_before_it_along() {
    let app = TestApp::start().await;
    let patient = app.db.unhurried(LONG);
    let waiting = join(insert(&patient, "row one"), insert(&patient, "row two"));
    let hurried = async {
        // Behind both, which have begun first.
        tokio::task::yield_now().await;
        insert(&app.db, "row three").await
    };
    let ((one, two), three) = join(waiting, hurried).await;
    one.and(two).and(three).unwrap();
    assert_eq!(
        names(&app, "row").await,
        ["row one", "row three", "row two"]
    );
}

#[tokio::test]
async fn the_patience_of_the_first_is_the_one_that_counts() {
    let app = TestApp::start().await;
    let (soon, late) = (app.db.unhurried(SHORT), app.db.unhurried(LONG));
    let both = join(insert(&soon, "row one"), insert(&late, "row two"));
    let (one, two) = both.await;
    one.and(two).unwrap();
    assert_eq!(names(&app, "row").await, ["row one", "row two"]);
}

#[tokio::test]
async fn one_that_fails_takes_none_of_those_that_wait_with_it() {
    let app = TestApp::start().await;
    let db = &app.db.unhurried(SHORT);
    let failing = db.transaction(|tx| async move {
        insert(&tx, "row lost").await?;
        Err::<(), _>(refused())
    });
    let kept = insert(db, "row kept");
    let alone = insert(db, "row after");
    let ((kept, failed), after) = join(join(kept, failing), alone).await;
    kept.and(after).unwrap();
    failed.unwrap_err();
    assert_eq!(names(&app, "row").await, ["row after", "row kept"]);
}

#[tokio::test]
async fn what_waits_when_the_database_is_closed_is_done() {
    let app = TestApp::start().await;
    let (patient, node) = (app.db.unhurried(LONG), app.second_node().await);
    let mut waiting = Box::pin(insert(&patient, "row one"));
    if app.db.dialect() == Dialect::Sqlite {
        let answer = waiting.as_mut().now_or_never();
        assert!(
            answer.is_none(),
            "it is not acknowledged before it is durable"
        );
        app.db.close().await;
    }
    waiting.await.unwrap();
    assert!(find(&node.db, "row one").await.is_some());
}

#[tokio::test]
async fn whoever_comes_after_the_end_is_told_so() {
    let app = TestApp::start().await;
    let patient = app.db.unhurried(LONG);
    app.db.close().await;
    let refused = insert(&patient, "row one").await;
    assert!(matches!(refused, Err(Fault::Unavailable(_))), "{refused:?}");
}
