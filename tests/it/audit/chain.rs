//! Places in the chain: no gaps and no doubles, whoever chains, and whenever a node ends.

use std::sync::Arc;
use std::time::Duration;

use gatepost::audit;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{count, execute, write, write_one};
use crate::support::TestApp;

#[tokio::test]
async fn gives_each_entry_its_place_once() {
    let app = TestApp::start().await;
    write(&app, 3).await;
    audit::chain(&app).await.unwrap();
    let before = audit::verify(&app, None).await.unwrap().unwrap();
    assert_eq!(before.seq, 3);
    audit::chain(&app).await.unwrap();
    assert_eq!(audit::verify(&app, None).await.unwrap().unwrap(), before);
    write(&app, 600).await;
    audit::chain(&app).await.unwrap();
    assert_eq!(count(&app, "seq IS NULL").await, 0);
    let after = audit::verify(&app, Some(before)).await.unwrap().unwrap();
    assert_eq!(after.seq, 603);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_that_chain_while_a_thousand_entries_are_written_leave_no_gaps_and_no_doubles() {
    let app = Arc::new(TestApp::start().await);
    let other = app.second_node().await;
    let (stop, stopped) = watch::channel(false);
    let mut workers = JoinSet::new();
    for node in [(*app).clone(), (*other).clone()] {
        workers.spawn(audit::run(node.clone(), stopped.clone()));
        let mut stopped = stopped.clone();
        // The workers rest for a second between two looks; these do not.
        workers.spawn(async move {
            while !*stopped.borrow_and_update() {
                audit::chain(&node).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    let mut writers = JoinSet::new();
    for lane in 0..20 {
        let app = Arc::clone(&app);
        writers.spawn(async move {
            for number in 0..50 {
                write_one(&app, lane * 50 + number).await;
            }
        });
    }
    writers.join_all().await;
    stop.send(true).unwrap();
    workers.join_all().await;
    let head = audit::verify(&other, None).await.unwrap().unwrap();
    assert_eq!(head.seq, 1000);
    assert_eq!(count(&app, "seq IS NULL").await, 0);
    assert_eq!(count(&app, "seq BETWEEN 1 AND 1000").await, 1000);
}

#[tokio::test]
async fn an_end_between_writing_and_chaining_loses_nothing() {
    let app = TestApp::start().await;
    write(&app, 5).await;
    // The first node chains no more; another one begins.
    let next = app.second_node().await;
    drop(app);
    assert_eq!(count(&next, "seq IS NULL").await, 5);
    assert_eq!(audit::verify(&next, None).await.unwrap().unwrap().seq, 5);
}

#[tokio::test]
async fn the_worker_chains_by_itself() {
    let app = TestApp::start().await;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(audit::run((*app).clone(), stopped));
    write(&app, 2).await;
    for _ in 0..500 {
        if count(&app, "seq IS NOT NULL").await == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(count(&app, "seq IS NOT NULL").await, 2);
    stop.send(true).unwrap();
    worker.await.unwrap();
}

#[tokio::test]
async fn erasing_what_is_personal_leaves_the_chain_whole() {
    let app = TestApp::start().await;
    write(&app, 3).await;
    audit::chain(&app).await.unwrap();
    let head = audit::verify(&app, None).await.unwrap().unwrap();
    assert_eq!(audit::purge(&app).await.unwrap(), 0);
    app.clock.advance(app.config.audit.personal.get());
    // One that has no place yet keeps its digest as well.
    write(&app, 1).await;
    app.clock.advance(Duration::from_millis(1));
    assert_eq!(audit::purge(&app).await.unwrap(), 3);
    assert_eq!(
        count(&app, "personal IS NULL AND personal_salt IS NULL").await,
        3
    );
    app.clock.advance(app.config.audit.personal.get());
    assert_eq!(audit::purge(&app).await.unwrap(), 1);
    let after = audit::verify(&app, Some(head)).await.unwrap().unwrap();
    assert_eq!(after.seq, 4);
}

#[tokio::test]
async fn erasing_what_is_personal_of_one_account_leaves_that_of_others() {
    let app = TestApp::start().await;
    write(&app, 3).await;
    audit::chain(&app).await.unwrap();
    let part = audit::list(&app.db, &audit::Filter::default(), (None, 1)).await;
    let account = part.unwrap().entries[0].account_id.unwrap();
    assert_eq!(audit::erase_of(&app.db, account).await.unwrap(), 1);
    assert_eq!(count(&app, "personal IS NULL").await, 1);
    audit::verify(&app, None).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_entry_with_a_place_keeps_it() {
    let app = TestApp::start().await;
    write(&app, 2).await;
    audit::chain(&app).await.unwrap();
    // The last place is free again; the hole stays visible.
    execute(
        &app,
        "UPDATE audit_entries SET seq = NULL, digest = NULL WHERE seq = 1",
    )
    .await;
    let broken = audit::verify(&app, None).await.unwrap().unwrap_err();
    assert_eq!(broken.seq, 2);
}
