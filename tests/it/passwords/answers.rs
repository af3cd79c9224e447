//! Answers of the lane: a few together while others wait for their turn, and at once where nobody gains by it.

use futures_util::FutureExt;
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};
use gatepost::config::{ByteSize, Config};
use gatepost::db::OnTheWay;
use gatepost::passwords::Verdict;
use tokio::task::yield_now;

use super::{OpenLane, cheap};
use crate::support::{PASSWORD, WRONG_PASSWORD};

/// How many there were when the next one was told, for each of four hundred.
async fn there_when_told(reads: &OnTheWay) -> Vec<u64> {
    // A fifth of a millisecond for each: one who is told has gone on before the next one is done.
    let mut config = cheap();
    config.passwords.argon2_memory = ByteSize::of_kib(512);
    let lane = OpenLane::beside(&config, reads);
    // Until it knows what a hash takes.
    for _ in 0..50 {
        assert!(lane.hash(PASSWORD).await.is_ok());
    }
    let before = lane.figures().done;
    let mut asked: FuturesUnordered<_> = (0..400).map(|_| lane.hash(PASSWORD)).collect();
    let mut there = Vec::new();
    while let Some(answer) = asked.next().await {
        assert!(answer.is_ok());
        there.push(lane.figures().done - before - there.len() as u64);
    }
    assert_eq!(there.len(), 400);
    there
}

#[tokio::test]
async fn come_a_few_together_while_others_wait() {
    let most = there_when_told(&OnTheWay::default())
        .await
        .into_iter()
        .max();
    // Told as soon as each is done, a few would be there.
    assert!(
        most > Some(20),
        "at most {most:?} were there when the next was told"
    );
}

/// Beside a database server of this machine: all that they wake up there would be in a read's way.
#[tokio::test]
async fn come_one_by_one_where_somebody_reads() {
    let reads = OnTheWay::to("postgres://gatepost@127.0.0.1/gatepost");
    let _read = reads.enter();
    let there = there_when_told(&reads).await;
    let alone = there.into_iter().filter(|there| *there <= 2).count();
    // Told together, a few at the end of each group and the last ones of all would be.
    assert!(
        alone > 100,
        "only {alone} were told as soon as they were done"
    );
}

#[tokio::test]
async fn come_at_once_to_who_is_alone() {
    let lane = OpenLane::of(&cheap());
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
    let mut config = cheap();
    config.passwords.argon2_memory = ByteSize::of_mib(1);
    come_before_a_dear_one(&config).await;
}

#[tokio::test]
async fn do_not_wait_for_a_hash_during_which_all_others_rest() {
    let mut config = cheap();
    config.passwords.lanes = 2;
    // The dear one needs more than a half of it. The others take long enough for one to be under way when its turn comes.
    config.passwords.memory_budget = ByteSize::of_mib(DEAR_MIB + 1);
    config.passwords.argon2_memory = ByteSize::of_mib(4);
    come_before_a_dear_one(&config).await;
}

const DEAR_MIB: u64 = 64;

/// Ten are asked for before one that takes a hundred times as long, and forty after it.
async fn come_before_a_dear_one(config: &Config) {
    let mut dear = cheap();
    dear.passwords.argon2_memory = ByteSize::of_mib(DEAR_MIB);
    dear.passwords.argon2_iterations = 20;
    let slow = OpenLane::of(&dear).hash(PASSWORD).await.unwrap();

    let lane = OpenLane::of(config);
    let mut before = Box::pin(join_all((0..10).map(|_| lane.hash(PASSWORD))));
    let mut imported = Box::pin(lane.verify(WRONG_PASSWORD, Some(&slow)));
    let mut after = Box::pin(join_all((0..40).map(|_| lane.hash(PASSWORD))));
    // All are handed in, in this order.
    assert!(before.as_mut().now_or_never().is_none());
    assert!(imported.as_mut().now_or_never().is_none());
    assert!(after.as_mut().now_or_never().is_none());

    assert!(before.await.iter().all(Result::is_ok));
    // Told together with them, it would be next.
    for _ in 0..10 {
        yield_now().await;
    }
    assert!(
        imported.as_mut().now_or_never().is_none(),
        "they have waited for it"
    );
    assert_eq!(imported.await, Ok(Verdict::Wrong));
    assert!(after.await.iter().all(Result::is_ok));
}
