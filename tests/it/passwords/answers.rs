//! Answers of the lane: a few together while others wait for their turn, and at once where nobody gains by it.

use futures_util::FutureExt;
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};
use gatepost::config::{ByteSize, Config};
use gatepost::passwords::Verdict;

use super::{OpenLane, cheap};
use crate::support::{PASSWORD, WRONG_PASSWORD};

/// A hash takes about a millisecond: long enough for somebody to be told between two of them.
fn a_millisecond() -> Config {
    let mut config = cheap();
    config.passwords.argon2_memory = ByteSize::of_mib(2);
    config
}

#[tokio::test]
async fn come_a_few_together_while_others_wait() {
    const ASKED: usize = 100;
    let lane = OpenLane::of(&a_millisecond());
    // Until it knows what a hash takes.
    for _ in 0..50 {
        assert!(lane.hash(PASSWORD).await.is_ok());
    }
    let asked: FuturesUnordered<_> = (0..ASKED).map(|_| lane.hash(PASSWORD)).collect();
    let times: Vec<usize> = asked
        .ready_chunks(ASKED)
        .map(|together| {
            assert!(together.iter().all(Result::is_ok));
            together.len()
        })
        .collect()
        .await;
    assert_eq!(times.iter().sum::<usize>(), ASKED);
    // One by one they would come in a hundred times, or nearly.
    assert!(times.len() < ASKED / 2, "{times:?}");
}

#[tokio::test]
async fn come_at_once_to_who_is_alone() {
    let lane = OpenLane::of(&a_millisecond());
    for _ in 0..5 {
        // Nobody comes after them, so that one that is kept would stay.
        assert!(lane.hash(PASSWORD).await.is_ok());
        assert!(
            join_all([lane.hash(PASSWORD), lane.hash(PASSWORD)])
                .await
                .iter()
                .all(Result::is_ok)
        );
    }
}

#[tokio::test]
async fn do_not_wait_for_a_hash_that_takes_much_longer() {
    let mut dear = cheap();
    dear.passwords.argon2_memory = ByteSize::of_mib(64);
    dear.passwords.argon2_iterations = 20;
    let slow = OpenLane::of(&dear).hash(PASSWORD).await.unwrap();

    let lane = OpenLane::of(&a_millisecond());
    let mut before = Box::pin(join_all((0..10).map(|_| lane.hash(PASSWORD))));
    let mut imported = Box::pin(lane.verify(WRONG_PASSWORD, Some(&slow)));
    let mut after = Box::pin(join_all((0..40).map(|_| lane.hash(PASSWORD))));
    // All are handed in, in this order.
    assert!(before.as_mut().now_or_never().is_none());
    assert!(imported.as_mut().now_or_never().is_none());
    assert!(after.as_mut().now_or_never().is_none());

    assert!(before.await.iter().all(Result::is_ok));
    assert!(
        imported.as_mut().now_or_never().is_none(),
        "they have waited for it"
    );
    assert_eq!(imported.await, Ok(Verdict::Wrong));
    assert!(after.await.iter().all(Result::is_ok));
}
