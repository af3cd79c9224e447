//! The time of stages: parts of the whole, also where several run at the same time.

use std::time::{Duration, Instant};

use gatepost::stages::{Stage, observe, timed};
use tokio::time::sleep;

async fn database(millis: u64) {
    timed(Stage::Database, sleep(Duration::from_millis(millis))).await;
}

#[tokio::test]
async fn what_runs_together_counts_once() {
    let begun = Instant::now();
    let work = async {
        let one_after_the_other = async {
            database(10).await;
            database(10).await;
        };
        let within = timed(Stage::Hash, database(5));
        tokio::join!(one_after_the_other, database(40), within);
    };
    let ((), times) = observe(true, work).await;
    let sum: Duration = Stage::ALL.into_iter().map(|stage| times.of(stage)).sum();
    assert!(sum <= begun.elapsed(), "{times:?}");
    // The longest alone is all of it.
    assert!(sum >= Duration::from_millis(40), "{times:?}");
    assert_eq!(times.spans.len(), 5);
}

#[tokio::test]
async fn what_is_given_up_runs_no_longer() {
    let work = async {
        tokio::select! {
            () = database(60_000) => {}
            () = sleep(Duration::from_millis(10)) => {}
        }
        sleep(Duration::from_millis(50)).await;
    };
    let begun = Instant::now();
    let ((), times) = observe(false, work).await;
    let rest = begun.elapsed().saturating_sub(Duration::from_millis(50));
    assert!(times.of(Stage::Database) <= rest, "{times:?}");
}
