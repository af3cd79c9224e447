//! Limits: buckets that fill and leak, shared by all nodes.

use std::sync::Arc;
use std::time::Duration;

use gatepost::db::Run;
use gatepost::limits::{self, Rate};

use crate::support::TestApp;

const RATE: Rate = Rate {
    most: 4,
    window: Duration::from_mins(1),
};

async fn take(app: &TestApp, key: &str) -> bool {
    let bucket = limits::bucket("test", key);
    limits::take(&app.db, &bucket, RATE, app.clock.now())
        .await
        .unwrap()
}

#[tokio::test]
async fn allows_as_many_as_it_says_and_then_one_more_after_each_part_of_the_window() {
    let app = TestApp::start().await;
    for _ in 0..4 {
        assert!(take(&app, "a").await);
    }
    assert!(!take(&app, "a").await);
    assert!(take(&app, "b").await, "each thing has a bucket of its own");
    app.clock.advance(Duration::from_secs(14));
    assert!(!take(&app, "a").await);
    app.clock.advance(Duration::from_secs(1));
    assert!(take(&app, "a").await);
    assert!(!take(&app, "a").await);
    app.clock.advance(Duration::from_mins(1));
    for _ in 0..4 {
        assert!(take(&app, "a").await);
    }
    assert!(!take(&app, "a").await);
}

#[tokio::test]
async fn looking_counts_nothing_and_says_how_long_to_wait() {
    let app = TestApp::start().await;
    let bucket = limits::bucket("test", "a");
    for _ in 0..10 {
        let looked = limits::look(&app, &bucket, RATE).await;
        looked.unwrap();
    }
    for _ in 0..4 {
        assert!(take(&app, "a").await);
    }
    let looked = limits::look(&app, &bucket, RATE).await;
    let Err(gatepost::error::Error::TryLater(_, wait)) = looked else {
        panic!("{looked:?}");
    };
    assert_eq!(wait, Duration::from_secs(15));
    app.clock.advance(wait);
    let looked = limits::look(&app, &bucket, RATE).await;
    looked.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_at_two_nodes_as_many_get_through_as_are_allowed() {
    let app = Arc::new(TestApp::start().await);
    let node = Arc::new(app.second_node().await);
    let mut running = tokio::task::JoinSet::new();
    for number in 0..64 {
        let node = Arc::clone(if number % 2 == 0 { &app } else { &node });
        running.spawn(async move { take(&node, "a").await });
    }
    let taken = running.join_all().await;
    assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 4);
}

#[tokio::test]
async fn keeps_nothing_of_what_was_counted_and_forgets_empty_buckets() {
    let app = TestApp::start().await;
    let bucket = limits::bucket("test", "jane@example.com");
    assert!(!bucket.contains("jane"), "{bucket}");
    assert!(take(&app, "jane@example.com").await);
    assert_eq!(limits::purge(&app).await.unwrap(), 0);
    app.clock.advance(RATE.window);
    assert_eq!(limits::purge(&app).await.unwrap(), 1);
    let left = app.db.all("SELECT bucket FROM limits", &[]).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn a_clock_that_is_set_back_shuts_nobody_out() {
    let app = TestApp::start().await;
    let bucket = limits::bucket("test", "a");
    let ahead = app.clock.now().plus(Duration::from_hours(1));
    for _ in 0..4 {
        assert!(limits::take(&app.db, &bucket, RATE, ahead).await.unwrap());
    }
    // An hour earlier again: the bucket would be full for an hour and a minute.
    let looked = limits::look(&app, &bucket, RATE).await;
    looked.unwrap();
    for _ in 0..4 {
        assert!(take(&app, "a").await);
    }
    assert!(!take(&app, "a").await, "and it fills as it always did");
    // Nodes whose clocks differ by a little share it nevertheless.
    let behind = app.clock.now().minus(Duration::from_secs(25));
    assert!(!limits::take(&app.db, &bucket, RATE, behind).await.unwrap());
}
