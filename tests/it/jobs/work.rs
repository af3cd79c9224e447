//! The worker: what it does, puts off and gives up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use gatepost::db::Run;
use gatepost::error::{Error, Problem};
use gatepost::jobs::{self, Work};
use gatepost::{app::App, params};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::support::TestApp;

/// Leaves a trace in the database: undone together with the job.
const WORK: Work = &[
    ("mark", |app, tx, about| {
        async move {
            let name = about["name"].as_str().unwrap_or_default().to_owned();
            let sql = "INSERT INTO guards (name, touched_at) VALUES ($1, $2)";
            tx.execute(sql, params![name, app.clock.now()]).await?;
            Ok(())
        }
        .boxed()
    }),
    ("fail", |app, tx, _| {
        async move {
            let sql = "INSERT INTO guards (name, touched_at) VALUES ('failed', $1)";
            tx.execute(sql, params![app.clock.now()]).await?;
            Err(Problem::Unavailable.into())
        }
        .boxed()
    }),
    ("panic", |_, _, _| {
        async move { panic!("as a fault of the program does") }.boxed()
    }),
];

async fn enqueue(app: &App, kind: &'static str, name: &str) {
    jobs::enqueue(&app.db, app, kind, &json!({"name": name}))
        .await
        .unwrap();
}

async fn count(app: &App, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS number FROM {table}");
    app.db.one(&sql, &[]).await.unwrap().get("number").unwrap()
}

/// Marks that jobs have left.
async fn marks(app: &App) -> i64 {
    count(app, "guards WHERE name LIKE 'mark%' OR name = 'failed'").await
}

#[tokio::test]
async fn does_a_job_once() {
    let app = TestApp::start().await;
    enqueue(&app, "mark", "mark").await;
    assert_eq!(jobs::run_due(&app, WORK).await.unwrap(), 1);
    assert_eq!((marks(&app).await, count(&app, "jobs").await), (1, 0));
    assert_eq!(jobs::run_due(&app, WORK).await.unwrap(), 0);
}

#[tokio::test]
async fn a_job_is_undone_with_its_cause() {
    let app = TestApp::start().await;
    let failed: Result<(), Error> = app
        .db
        .transaction(|tx| {
            let app = &app;
            async move {
                jobs::enqueue(&tx, app, "mark", &json!({})).await?;
                Err(Problem::NotPermitted.into())
            }
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(count(&app, "jobs").await, 0);
}

#[tokio::test]
async fn what_a_job_is_about_cannot_be_read_in_the_database() {
    let app = TestApp::start().await;
    enqueue(&app, "mark", "ann@example.org").await;
    let row = app.db.one("SELECT sealed FROM jobs", &[]).await.unwrap();
    let sealed = row.get::<Vec<u8>>("sealed").unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("example"));
}

#[tokio::test]
async fn a_job_that_fails_leaves_nothing_and_is_tried_again_after_longer_and_longer() {
    let app = TestApp::start().await;
    enqueue(&app, "fail", "").await;
    let mut pauses = Vec::new();
    while count(&app, "jobs").await > 0 {
        assert_eq!(jobs::run_due(&app, WORK).await.unwrap(), 1);
        assert_eq!(marks(&app).await, 0);
        let row = app
            .db
            .optional("SELECT due_at FROM jobs", &[])
            .await
            .unwrap();
        let Some(row) = row else { break };
        let due_at: gatepost::clock::Timestamp = row.get("due_at").unwrap();
        let pause = due_at.since(app.clock.now());
        app.clock
            .advance(pause.saturating_sub(Duration::from_millis(1)));
        assert_eq!(
            jobs::run_due(&app, WORK).await.unwrap(),
            0,
            "not before its time"
        );
        app.clock.advance(Duration::from_millis(1));
        pauses.push(pause);
    }
    assert!(pauses.is_sorted(), "{pauses:?}");
    let all: Duration = pauses.iter().sum();
    assert!(
        (20..28).contains(&(all.as_secs() / 3600)),
        "about a day: {all:?}"
    );
}

#[tokio::test]
async fn a_job_that_cannot_be_done_does_not_hold_up_the_others() {
    let app = TestApp::start().await;
    for kind in ["panic", "fail", "unknown"] {
        enqueue(&app, kind, "").await;
    }
    enqueue(&app, "mark", "mark").await;
    assert_eq!(jobs::run_due(&app, WORK).await.unwrap(), 4);
    assert_eq!((marks(&app).await, count(&app, "jobs").await), (1, 3));
}

#[tokio::test]
async fn a_job_that_was_moved_to_another_row_is_not_done() {
    let app = TestApp::start().await;
    enqueue(&app, "mark", "mark-1").await;
    enqueue(&app, "mark", "mark-2").await;
    let sql = "UPDATE jobs SET sealed = (SELECT sealed FROM jobs ORDER BY id LIMIT 1)";
    app.db.execute(sql, &[]).await.unwrap();
    jobs::run_due(&app, WORK).await.unwrap();
    assert_eq!((marks(&app).await, count(&app, "jobs").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_nodes_one_does_each_job() {
    let app = Arc::new(TestApp::start().await);
    let nodes = [(*app).clone(), (*app.second_node().await).clone()];
    for number in 0..40 {
        enqueue(&app, "mark", &format!("mark-{number}")).await;
    }
    let failures = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for node in nodes.into_iter().cycle().take(4) {
        let failures = Arc::clone(&failures);
        workers.spawn(async move {
            for _ in 0..3 {
                if jobs::run_due(&node, WORK).await.is_err() {
                    failures.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
    }
    workers.join_all().await;
    // A second doing would fail by the unique name and leave its job behind.
    assert_eq!(failures.load(Ordering::SeqCst), 0);
    assert_eq!((marks(&app).await, count(&app, "jobs").await), (40, 0));
}

#[tokio::test]
async fn the_bell_wakes_the_worker_and_a_panic_does_not_end_it() {
    let app = TestApp::start().await;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(jobs::run((*app).clone(), WORK, stopped));
    enqueue(&app, "panic", "").await;
    app.bell.ring();
    enqueue(&app, "mark", "mark").await;
    app.bell.ring();
    for _ in 0..500 {
        if marks(&app).await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(marks(&app).await, 1);
    stop.send(true).unwrap();
    worker.await.unwrap();
}
