//! Transactions that wait for company: as durable as others when they are acknowledged, and fewer commits for all of them.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{join, join_all, poll_immediate};
use gatepost::db::{Db, Dialect, Fault, Result};

use tokio::sync::oneshot;

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

/// A transaction that stays open until `end` is told, with what it has written.
async fn held_open(
    db: &Db,
    name: &str,
    (begun, end): (oneshot::Sender<()>, oneshot::Receiver<()>),
) -> Result<()> {
    let once = std::sync::Mutex::new(Some((begun, end)));
    let once = &once;
    db.transaction(|tx| async move {
        insert(&tx, name).await?;
        let told = once.lock().ok().and_then(|mut once| once.take());
        if let Some((begun, end)) = told {
            let _ = begun.send(());
            let _ = end.await;
        }
        Ok(())
    })
    .await
}

/// One that is open, and what ends it.
async fn one_open(db: &Db) -> (tokio::task::JoinHandle<Result<()>>, oneshot::Sender<()>) {
    let (begun, has_begun) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let db = db.clone();
    let open = tokio::spawn(async move { held_open(&db, "row open", (begun, ended)).await });
    has_begun.await.expect("it begins");
    (open, end)
}

/// An app on PostgreSQL, which is beside it, and where somebody reads; on SQLite an open transaction keeps everybody from writing.
async fn beside() -> Option<(TestApp, impl Drop)> {
    let app = TestApp::start().await;
    let read = app.db.on_the_way().enter();
    (app.db.dialect() == Dialect::Postgres).then_some((app, read))
}

#[tokio::test]
async fn beside_the_server_what_can_wait_goes_one_after_another() {
    let Some((app, _read)) = beside().await else {
        return;
    };
    let patient = app.db.unhurried(LONG);
    let (open, end) = one_open(&patient).await;

    let mut written = Box::pin(insert(&patient, "row two"));
    let mut read = Box::pin(find(&patient, "row open"));
    let mut begun =
        Box::pin(patient.transaction(|tx| async move { insert(&tx, "row three").await }));
    for number in 0..20 {
        // Whoever is in a hurry is not held up, and by then these would have been done as well.
        insert(&app.db, &format!("row hurried {number}"))
            .await
            .unwrap();
        assert!(poll_immediate(&mut written).await.is_none());
        assert!(poll_immediate(&mut read).await.is_none());
        assert!(poll_immediate(&mut begun).await.is_none());
    }
    end.send(()).unwrap();
    open.await.unwrap().unwrap();
    written.await.unwrap();
    assert!(
        read.await.is_some(),
        "it reads what the one before has committed"
    );
    begun.await.unwrap();
}

#[tokio::test]
async fn whoever_has_lost_his_patience_does_not_wait_for_one_that_hangs() {
    let Some((app, _read)) = beside().await else {
        return;
    };
    let (open, end) = one_open(&app.db.unhurried(LONG)).await;
    let soon = app.db.unhurried(SHORT);
    insert(&soon, "row two").await.unwrap();
    soon.transaction(|tx| async move { insert(&tx, "row three").await })
        .await
        .unwrap();
    assert!(!open.is_finished());
    end.send(()).unwrap();
    open.await.unwrap().unwrap();
}

#[tokio::test]
async fn whoever_hangs_up_gives_his_turn_to_the_next() {
    let Some((app, _read)) = beside().await else {
        return;
    };
    let patient = app.db.unhurried(LONG);
    let (open, _end) = one_open(&patient).await;
    let mut gone = Box::pin(insert(&patient, "row gone"));
    assert!(poll_immediate(&mut gone).await.is_none());
    drop(gone);
    open.abort();
    insert(&patient, "row two").await.unwrap();
    assert_eq!(
        names(&app, "row").await,
        ["row two"],
        "what was begun is undone"
    );
}
