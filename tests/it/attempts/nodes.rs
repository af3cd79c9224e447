//! Guesses at two nodes at the same moment: what is counted is counted once, in the database.

use std::sync::Arc;

use gatepost::db::Run;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{LOCKED, try_password};
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

/// How many of the wrong guesses are looked at, and how many refused.
async fn guess_at_once(nodes: &[Arc<TestApp>], email: &str, count: usize) -> (usize, usize) {
    let barrier = Arc::new(Barrier::new(count));
    let mut running = JoinSet::new();
    for number in 0..count {
        let (node, barrier) = (
            Arc::clone(&nodes[number % nodes.len()]),
            Arc::clone(&barrier),
        );
        let email = email.to_owned();
        running.spawn(async move {
            barrier.wait().await;
            try_password(&node, &email, WRONG_PASSWORD).await.status
        });
    }
    let statuses = running.join_all().await;
    let of = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!(of(401) + of(403), count, "{statuses:?}");
    (of(401), of(403))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_guesses_at_two_nodes_count_as_two_hundred() {
    let app = Arc::new(TestApp::start().await);
    let jane = app.verified_user("jane@example.com").await;
    let nodes = [Arc::clone(&app), Arc::new(app.second_node().await)];
    for round in 1..=3_u32 {
        assert_eq!(guess_at_once(&nodes, &jane.email, 200).await, (5, 195));
        for node in &nodes {
            try_password(node, &jane.email, PASSWORD)
                .await
                .expect_refusal(403, LOCKED);
        }
        let sql = "SELECT lockouts, failures FROM login_failures";
        let row = app.db.one(sql, &[]).await.unwrap();
        let (lockouts, failures): (u32, u32) =
            (row.get("lockouts").unwrap(), row.get("failures").unwrap());
        assert_eq!((lockouts, failures), (round, 0), "locked once, not twice");
        // Longer each time: 15 minutes, 30, 60.
        let lasting = app.config.login.lock_first.get() * 2_u32.pow(round - 1);
        app.advance_almost(lasting);
        try_password(&app, &jane.email, PASSWORD).await.expect(403);
        app.clock.advance(std::time::Duration::from_secs(1));
    }
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn failures_of_a_network_are_counted_by_all_nodes_together() {
    let app = TestApp::with(|config| config.login.failures_per_network = 4).await;
    app.admin().await;
    let node = app
        .second_node_with(|config| config.login.failures_per_network = 4)
        .await;
    for (number, node) in [&app, &node, &app, &node].into_iter().enumerate() {
        try_password(node, &format!("user{number}@example.com"), WRONG_PASSWORD)
            .await
            .expect(401);
    }
    for node in [&app, &node] {
        let refusal = try_password(node, "user9@example.com", WRONG_PASSWORD).await;
        assert!(
            refusal
                .expect(429)
                .header("retry-after")
                .parse::<u64>()
                .unwrap()
                > 0
        );
    }
}
