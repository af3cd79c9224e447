//! `GET /readyz`.

use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::db::Run;
use gatepost::health::Progress;
use serde_json::json;

use crate::support::TestApp;

async fn failed(app: &TestApp) -> serde_json::Value {
    let answer = app.get("/readyz").await.expect(503);
    assert_eq!(answer.header("retry-after"), "1");
    answer.json()["code"].clone()
}

#[tokio::test]
async fn is_so_from_the_start() {
    let app = TestApp::start().await;
    let answer = app.get("/readyz").await.expect(200);
    assert_eq!(answer.json(), json!({"status": "ok"}));
    app.request("HEAD", "/readyz").await.expect(200);
    app.post("/readyz").await.expect(405);
}

#[tokio::test]
async fn says_that_it_is_about_to_stop() {
    let app = TestApp::start().await;
    app.health.drain();
    assert_eq!(failed(&app).await, "draining");
    // Everything else goes on.
    app.get("/login-form").await.expect(200);
    app.request("HEAD", "/readyz").await.expect(503);
}

#[tokio::test]
async fn notices_that_the_database_is_away() {
    let app = TestApp::start().await;
    app.take_database_away().await;
    let answer = app.get("/readyz").await.expect(503);
    assert_eq!(answer.json()["code"], "database_away");
    for word in ["closed", "sqlite", "pool", "postgres"] {
        assert!(!answer.body.to_lowercase().contains(word), "{answer:#?}");
    }
}

#[test]
fn hashing_is_stuck_when_some_wait_and_none_is_done_for_long() {
    let (mut progress, begin) = (Progress::default(), Clock::standing().now());
    let at = |seconds| begin.plus(Duration::from_secs(seconds));
    assert!(!progress.is_stuck((3, 10), at(0)));
    assert!(!progress.is_stuck((3, 10), at(30)));
    assert!(progress.is_stuck((3, 10), at(31)));
    assert!(progress.is_stuck((1, 10), at(100)));
    // One was done, and then nobody waits: a calm night is no fault.
    assert!(!progress.is_stuck((1, 11), at(101)));
    assert!(!progress.is_stuck((0, 11), at(10_000)));
    // Nobody has looked for an hour, and now somebody logs in.
    assert!(!progress.is_stuck((1, 11), at(13_600)));
    assert!(!progress.is_stuck((1, 11), at(13_630)));
    assert!(progress.is_stuck((1, 11), at(13_631)));
}

#[tokio::test]
async fn wants_the_migrations_of_its_release_and_endures_those_of_the_next() {
    let app = TestApp::start().await;
    let newer = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, 'x', 'y', 0)";
    app.db.execute(newer, &[]).await.unwrap();
    app.get("/readyz").await.expect(200);

    let app = TestApp::start().await;
    let changed = "UPDATE schema_migrations SET checksum = 'other' WHERE version = 1";
    app.db.execute(changed, &[]).await.unwrap();
    assert_eq!(failed(&app).await, "migrations_missing");
}

#[tokio::test]
async fn a_flood_of_questions_does_not_reach_the_database() {
    let app = TestApp::start().await;
    app.get("/readyz").await.expect(200);
    let count = || app.db.figures().reads.cumulated().last().unwrap().1;
    let before = count();
    for _ in 0..100 {
        app.get("/readyz").await.expect(200);
    }
    // A second may pass meanwhile, on a slow machine several: but never a question for each.
    assert!(count() - before < 50, "{} reads", count() - before);
}
