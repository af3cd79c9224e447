//! The last statements of a transaction, which PostgreSQL gets together with the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join, try_join};
use gatepost::db::{Fault, Result, Run};
use gatepost::error::{Error, Problem};

use super::{find, insert, names, touch};
use crate::support::TestApp;

#[tokio::test]
async fn are_kept_with_what_came_before_them() {
    let app = TestApp::start().await;
    let acted = Arc::new(AtomicBool::new(false));
    let act = Arc::clone(&acted);
    let changed = app.db.transaction(|tx| {
        let act = Arc::clone(&act);
        async move {
            tx.after_commit(move || act.store(true, Ordering::SeqCst));
            insert(&tx, "row one").await?;
            let last = try_join(insert(&tx, "row two"), touch(&tx, "row one"));
            let ((), changed) = tx.last(last).await?;
            Ok::<_, Fault>(changed)
        }
    });
    assert_eq!(changed.await.unwrap(), 1, "what they answer is known");
    assert_eq!(names(&app, "row").await, ["row one", "row two"]);
    assert!(acted.load(Ordering::SeqCst));
}

#[tokio::test]
async fn may_be_all_that_there_are() {
    let app = TestApp::start().await;
    let done: Result<()> = app
        .db
        .transaction(|tx| async move { tx.last(insert(&tx, "row one")).await })
        .await;
    done.unwrap();
    let nothing: Result<()> = app
        .db
        .transaction(|tx| async move { tx.last(async { Ok(()) }).await })
        .await;
    nothing.unwrap();
    assert_eq!(names(&app, "row").await, ["row one"]);
}

#[tokio::test]
async fn undo_everything_when_one_of_them_fails() {
    let app = TestApp::start().await;
    insert(&app.db, "row taken").await.unwrap();
    // As many as there are connections would be gone by then, if one did not come back.
    for _ in 0..40 {
        let failed = app.db.transaction(|tx| async move {
            tx.after_commit(|| panic!("nothing was committed"));
            insert(&tx, "row one").await?;
            let (taken, late) = (insert(&tx, "row taken"), insert(&tx, "row late"));
            tx.last(try_join(taken, late)).await
        });
        assert!(matches!(failed.await, Err(Fault::Unique(_))));
    }
    assert_eq!(names(&app, "row").await, ["row taken"]);
}

#[tokio::test]
async fn undo_everything_also_where_their_failure_is_overlooked() {
    let app = TestApp::start().await;
    insert(&app.db, "row taken").await.unwrap();
    let overlooked: Result<()> = app
        .db
        .transaction(|tx| async move {
            tx.after_commit(|| panic!("nothing was committed"));
            insert(&tx, "row one").await?;
            tx.last(insert(&tx, "row taken")).await.unwrap_err();
            Ok(())
        })
        .await;
    assert!(matches!(overlooked, Err(Fault::Other(_))), "{overlooked:?}");
    assert_eq!(names(&app, "row").await, ["row taken"]);
    insert(&app.db, "row two").await.unwrap();
}

#[tokio::test]
async fn tell_what_failed_and_not_that_nothing_was_committed() {
    let app = TestApp::start().await;
    insert(&app.db, "row taken").await.unwrap();
    let failed: std::result::Result<(), Error> = app
        .db
        .transaction(|tx| async move {
            tx.last(async {
                let taken = insert(&tx, "row taken").await;
                taken.map_err(|_| Problem::NotPermitted.into())
            })
            .await
        })
        .await;
    assert!(
        matches!(failed, Err(Error::Problem(Problem::NotPermitted))),
        "{failed:?}"
    );
}

/// It would be a transaction of its own, and kept without the others, or the others without it.
#[tokio::test]
async fn are_followed_by_none() {
    let app = TestApp::start().await;
    let refused: Result<()> = app
        .db
        .transaction(|tx| async move {
            tx.last(insert(&tx, "row one")).await?;
            let after = insert(&tx, "row after").await;
            assert!(matches!(after, Err(Fault::Other(_))), "{after:?}");
            assert!(tx.all("SELECT name FROM guards", &[]).await.is_err());
            Ok(())
        })
        .await;
    refused.unwrap();
    assert_eq!(names(&app, "row").await, ["row one"]);
    let touched = find(&app.db, "row one").await.unwrap();
    assert_eq!(touched.get::<i64>("touched_at").unwrap(), 0);
}

/// Two at once: what the first one holds is held until it is committed.
#[tokio::test]
async fn hold_what_they_change_until_they_are_committed() {
    let app = TestApp::start().await;
    insert(&app.db, "row one").await.unwrap();
    let one = async || {
        app.db
            .transaction(|tx| async move {
                let before = touch(&tx, "row one").await?;
                let after = tx.last(touch(&tx, "row one")).await?;
                Ok::<_, Fault>(before + after)
            })
            .await
            .unwrap()
    };
    for _ in 0..20 {
        assert_eq!(join(one(), one()).await, (2, 2));
    }
    let row = find(&app.db, "row one").await.unwrap();
    assert_eq!(row.get::<i64>("touched_at").unwrap(), 80);
}
