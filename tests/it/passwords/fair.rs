//! Fairness: nobody fills the queue for others, and nobody waits longer than the deadline.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use gatepost::config::{ByteSize, Config, Period};
use gatepost::http::Client;
use gatepost::passwords::{Asker, Full, Lane};

use super::{OpenLane, cheap};
use crate::support::PASSWORD;

/// One lane whose first hash takes long enough for a test to hand in many others.
fn slow(queue: usize) -> Config {
    let mut config = cheap();
    config.passwords.argon2_memory = ByteSize::of_mib(24);
    config.passwords.argon2_iterations = 2;
    config.passwords.queue = queue;
    config
}

fn at(address: &str) -> Asker {
    let address: IpAddr = address.parse().unwrap();
    let client = Client::machine("test");
    Asker::of(&Client { address, ..client })
}

type Answer = (usize, Result<String, Full>);
type Asked<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// Somebody who wants a hash, and is told it by his number.
fn ask(lane: &Lane, number: usize, asker: Asker) -> Asked<'_> {
    Box::pin(async move { (number, lane.share(asker).hash(PASSWORD).await) })
}

/// Hands all in, one after another, and answers in which order they were answered.
async fn in_order(asked: Vec<Asked<'_>>) -> Vec<Answer> {
    let mut waiting: FuturesUnordered<_> = FuturesUnordered::new();
    let mut answers = Vec::new();
    for mut one in asked {
        match one.as_mut().now_or_never() {
            Some(answer) => answers.push(answer),
            None => waiting.push(one),
        }
    }
    while let Some(answer) = waiting.next().await {
        answers.push(answer);
    }
    answers
}

/// The numbers of those who got a hash, in their order.
fn served(answers: &[Answer]) -> Vec<usize> {
    let served = answers.iter().filter(|(_, answer)| answer.is_ok());
    served.map(|(number, _)| *number).collect()
}

#[tokio::test]
async fn a_flood_from_one_network_leaves_the_next_turn_to_another() {
    let lane = OpenLane::of(&slow(8));
    let mut asked: Vec<_> = (0..30).map(|n| ask(&lane, n, at("192.0.2.1"))).collect();
    asked.push(ask(&lane, 100, at("192.0.2.2")));
    asked.push(ask(&lane, 101, at("192.0.2.3")));
    let answers = in_order(asked).await;
    let served = served(&answers);
    for number in [100, 101] {
        let place = served.iter().position(|served| *served == number);
        // Behind at most the two that were begun before he came, and each other.
        assert!(place.is_some_and(|place| place <= 4), "{served:?}");
    }
    assert!((8..=12).contains(&served.len()), "{served:?}");
}

#[tokio::test]
async fn a_flood_over_all_networks_of_one_site_counts_as_a_few() {
    let lane = OpenLane::of(&slow(40));
    let flood = (0..80).map(|n| ask(&lane, n, at(&format!("2001:db8:1:{n:x}::1"))));
    let mut asked: Vec<_> = flood.collect();
    // Somebody at home, with a dozen at once.
    asked.extend((100..112).map(|n| ask(&lane, n, at("2001:db8:2:1::1"))));
    let answers = in_order(asked).await;
    let served = served(&answers);
    let home: Vec<_> = served.iter().filter(|number| **number >= 100).collect();
    assert!(home.len() >= 4, "{served:?}");
}

#[tokio::test]
async fn a_flood_on_one_account_from_everywhere_leaves_turns_to_others() {
    let lane = OpenLane::of(&slow(8));
    let flood = (0..30).map(|n| {
        let asker = at(&format!("192.0.2.{n}")).about("jane@example.com");
        ask(&lane, n, asker)
    });
    let mut asked: Vec<_> = flood.collect();
    let other = at("192.0.2.200").about("john@example.com");
    asked.push(ask(&lane, 100, other));
    let served = served(&in_order(asked).await);
    let place = served.iter().position(|number| *number == 100);
    assert!(place.is_some_and(|place| place <= 3), "{served:?}");
}

#[tokio::test]
async fn equal_shares_take_turns() {
    let lane = OpenLane::of(&slow(100));
    let networks = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
    let asked = networks
        .into_iter()
        .enumerate()
        .flat_map(|(place, network)| {
            let lane = &lane;
            (0..6).map(move |n| ask(lane, 10 * place + n, at(network)))
        });
    let served = served(&in_order(asked.collect()).await);
    assert_eq!(served.len(), 18);
    // The first may be begun before the others come; from then on it is each one's turn.
    let networks: Vec<usize> = served.iter().map(|number| number / 10).collect();
    for turn in networks[2..14].chunks_exact(3) {
        let mut turn = turn.to_vec();
        turn.sort_unstable();
        assert_eq!(turn, [0, 1, 2], "{networks:?}");
    }
}

#[tokio::test]
async fn whoever_waits_is_answered_at_the_deadline_and_not_when_a_lane_is_free() {
    let mut config = slow(8);
    config.passwords.argon2_memory = ByteSize::of_mib(128);
    config.passwords.argon2_iterations = 20;
    config.passwords.deadline = Period::millis(100);
    let lane = OpenLane::of(&config);
    let mut first = ask(&lane, 0, at("192.0.2.1"));
    assert!(first.as_mut().now_or_never().is_none());
    while lane.figures().running == 0 {
        tokio::task::yield_now().await;
    }
    let (_, second) = ask(&lane, 1, at("192.0.2.2")).await;
    let full = second.expect_err("nobody could serve him");
    assert!(!full.retry_after.is_zero());
    // The one whose turn it was is still being served, though his deadline has passed as well, and is served to the end.
    assert!(first.as_mut().now_or_never().is_none());
    let figures = lane.figures();
    assert_eq!(
        (figures.running, figures.queued, figures.expired),
        (1, 0, 1)
    );
    assert!(first.await.1.is_ok());
}

#[tokio::test]
async fn the_figures_say_what_has_become_of_everybody() {
    let lane = OpenLane::of(&slow(4));
    let before = lane.figures();
    assert_eq!((before.lanes, before.done, before.memory), (1, 0, 0));
    assert!(before.per_second > 0.0 && before.busy_share < 0.001);
    // Its order of arrival: one is begun, four wait, the rest is refused; then one of those who wait goes away.
    let mut asked: Vec<_> = (0..10).map(|n| ask(&lane, n, Asker::house())).collect();
    assert!(asked[0].as_mut().now_or_never().is_none());
    while lane.figures().running == 0 {
        tokio::task::yield_now().await;
    }
    let mut waiting = Vec::new();
    for mut one in asked.drain(1..) {
        if one.as_mut().now_or_never().is_none() {
            waiting.push(one);
        }
    }
    let figures = lane.figures();
    assert_eq!(
        (figures.running, figures.queued, figures.refused),
        (1, 4, 5)
    );
    drop(waiting.pop());
    assert_eq!(lane.figures().queued, 3);
    futures_util::future::join_all(asked.into_iter().chain(waiting)).await;
    while lane.figures().running > 0 {
        tokio::task::yield_now().await;
    }
    let after = lane.figures();
    assert_eq!((after.done, after.abandoned, after.expired), (4, 1, 0));
    assert!(after.busy_seconds > 0.0 && after.busy_share > 0.0 && after.hash_seconds > 0.0);
    assert!(after.memory >= 24 << 20);
}

#[tokio::test]
async fn only_so_many_may_wait_as_can_be_served_in_time() {
    let mut config = slow(4096);
    config.passwords.argon2_memory = ByteSize::of_mib(64);
    config.passwords.argon2_iterations = 4;
    config.passwords.deadline = Period::millis(200);
    let lane = OpenLane::of(&config);
    // A hash takes some tens of milliseconds, so a handful can be done in time, and not four thousand.
    let places = lane.figures().places;
    assert!((1..100).contains(&places), "{places}");
    lane.hash(PASSWORD).await.expect("there is room");
    let places = lane.figures().places;
    assert!((1..100).contains(&places), "{places}");
}

#[tokio::test]
async fn whoever_would_find_no_place_is_told_before_anything_is_done_for_him() {
    let lane = OpenLane::of(&slow(8));
    let one = || at("192.0.2.1");
    // On the way to the queue, which counts for a part of the places.
    let coming = [lane.enter(one()), lane.enter(one()), lane.enter(one())];
    assert!(coming.iter().all(Result::is_ok));
    let mut waiting: Vec<_> = (0..10).map(|n| ask(&lane, n, one())).collect();
    waiting.retain_mut(|one| one.as_mut().now_or_never().is_none());
    assert!(waiting.len() >= 8);
    let refused = lane.figures().refused;
    assert!(lane.enter(one()).is_err());
    assert_eq!(lane.figures().refused, refused + 1);
    assert!(lane.enter(at("192.0.2.2")).is_ok(), "his turn is sooner");
    drop(coming);
    futures_util::future::join_all(waiting).await;
    assert!(lane.enter(one()).is_ok());
}
