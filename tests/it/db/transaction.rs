//! One transaction: all or nothing, and nobody else is held up by it.

use gatepost::db::{Fault, Result};
use gatepost::error::{Error, Problem};
use tokio::sync::Notify;

use super::{find, insert, names, refused, touch};
use crate::support::TestApp;

#[tokio::test]
async fn keeps_everything_when_the_work_succeeds() {
    let app = TestApp::start().await;
    let answer = app.db.transaction(|tx| async move {
        insert(&tx, "row one").await?;
        insert(&tx, "row two").await?;
        assert!(
            find(&tx, "row one").await.is_some(),
            "it sees its own changes"
        );
        Ok::<_, Fault>(7)
    });
    assert_eq!(answer.await.unwrap(), 7);
    assert_eq!(names(&app, "row").await, ["row one", "row two"]);
}

#[tokio::test]
async fn keeps_nothing_when_the_work_fails() {
    let app = TestApp::start().await;
    insert(&app.db, "row before").await.unwrap();
    let failed: Result<(), Error> = app
        .db
        .transaction(|tx| async move {
            insert(&tx, "row one").await?;
            touch(&tx, "row before").await?;
            Err(Problem::NotPermitted.into())
        })
        .await;
    assert!(
        matches!(failed, Err(Error::Problem(Problem::NotPermitted))),
        "the error is the work's own"
    );
    assert_eq!(names(&app, "row").await, ["row before"]);
    assert_eq!(
        find(&app.db, "row before")
            .await
            .unwrap()
            .get::<i64>("touched_at")
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn keeps_nothing_when_a_statement_fails() {
    let app = TestApp::start().await;
    insert(&app.db, "row taken").await.unwrap();
    let failed = app.db.transaction(|tx| async move {
        insert(&tx, "row one").await?;
        insert(&tx, "row taken").await
    });
    assert!(matches!(failed.await, Err(Fault::Unique(_))));
    assert_eq!(names(&app, "row").await, ["row taken"]);
}

#[tokio::test]
async fn holds_nobody_up_after_it_failed() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let failed: Result<()> = app
        .db
        .transaction(|tx| async move {
            insert(&tx, "row one").await?;
            Err(refused())
        })
        .await;
    assert!(failed.is_err());
    // Another process, such as a command beside the running server.
    insert(&node.db, "row one").await.unwrap();
    insert(&app.db, "row two").await.unwrap();
    assert_eq!(names(&node, "row").await, ["row one", "row two"]);
}

#[tokio::test]
async fn that_is_given_up_leaves_nothing_and_holds_nobody_up() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let inserted = Notify::new();
    let inserted = &inserted;
    let work = app.db.transaction(|tx| async move {
        insert(&tx, "row one").await?;
        inserted.notify_one();
        std::future::pending::<Result<()>>().await
    });
    tokio::select! {
        _ = work => panic!("it never ends by itself"),
        () = inserted.notified() => {}
    }
    // As when somebody closes the browser: the future is dropped in the middle of its work.
    assert!(find(&node.db, "row one").await.is_none());
    insert(&node.db, "row one").await.unwrap();
    touch(&app.db, "row one").await.unwrap();
    assert_eq!(names(&app, "row").await, ["row one"]);
}

#[tokio::test]
async fn that_is_seen_from_outside_only_at_its_end() {
    let app = TestApp::start().await;
    let node = &app.second_node().await;
    app.db
        .transaction(|tx| async move {
            insert(&tx, "row one").await?;
            assert!(find(&node.db, "row one").await.is_none());
            Ok::<_, Fault>(())
        })
        .await
        .unwrap();
    assert!(find(&node.db, "row one").await.is_some());
}
