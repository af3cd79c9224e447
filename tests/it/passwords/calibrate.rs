//! Calibration: the strongest cost within a budget, and never below what is recommended.

use std::time::Duration;

use gatepost::config::{ByteSize, Config, least_memory};
use gatepost::passwords::{Budget, Cost, Verdict, calibrate};

use super::{OpenLane, cheap};
use crate::support::PASSWORD;

fn config() -> Config {
    let mut config = Config::default();
    config.passwords.argon2_memory = ByteSize::of_mib(7);
    config.passwords.argon2_iterations = 5;
    config.passwords.lanes = 2;
    config
}

fn budget(time: Duration, memory: ByteSize) -> Budget {
    Budget {
        time,
        memory: memory.bytes(),
        logins: 0,
    }
}

#[test]
fn keeps_to_the_memory_and_to_the_least_that_is_recommended() {
    let hour = Duration::from_hours(1);
    for mib in [14, 26] {
        let memory = ByteSize::of_mib(mib);
        let proposal = calibrate(&config(), &budget(hour, memory));
        assert!(proposal.within_budget, "{proposal:?}");
        let cost = proposal.cost();
        assert!(cost.memory_kib >= least_memory(cost.iterations).kib());
        assert!(2 * u64::from(cost.memory_kib) <= mib * 1024, "{cost:?}");
        // Time enough: all the memory that there is, rounded, and many passes.
        assert!(cost.iterations > 5, "{cost:?}");
        assert_eq!(
            proposal.proposed.memory_of_all_kib,
            2 * u64::from(cost.memory_kib)
        );
    }
}

#[test]
fn proposes_the_least_that_is_recommended_when_the_budget_is_too_small() {
    let proposal = calibrate(
        &config(),
        &budget(Duration::from_nanos(1), ByteSize::of_mib(64)),
    );
    assert!(!proposal.within_budget);
    let cost = proposal.cost();
    assert_eq!((cost.memory_kib, cost.iterations), (7 * 1024, 5));
}

#[test]
fn more_logins_in_a_second_leave_less_for_each() {
    let mut few = budget(Duration::from_hours(1), ByteSize::of_mib(14));
    few.logins = 1;
    let mut many = few;
    many.logins = 1_000_000;
    let (few, many) = (calibrate(&config(), &few), calibrate(&config(), &many));
    assert!(few.cost().work() > many.cost().work());
    assert!(few.within_budget && !many.within_budget);
}

#[tokio::test]
async fn a_measured_cost_replaces_only_hashes_that_are_weaker() {
    let mut config = cheap();
    config.passwords.calibrate = true;
    let of = |memory_kib, iterations| Cost {
        memory_kib,
        iterations,
        parallelism: 1,
    };
    let (one, other) = (OpenLane::of(&config), OpenLane::of(&config));
    one.raise_to(of(1024, 2));
    other.raise_to(of(1024, 3));
    let hash = one.hash(PASSWORD).await.unwrap();
    assert!(hash.contains("m=1024,t=2,"), "{hash}");
    // Two nodes that measured a little differently leave each other's alone.
    for lane in [&one, &other] {
        let again = lane.hash(PASSWORD).await.unwrap();
        for judge in [&one, &other] {
            let verdict = judge.verify(PASSWORD, Some(&again)).await.unwrap();
            assert_eq!(verdict, Verdict::Right);
        }
    }
    // What is much weaker is replaced, once.
    other.raise_to(of(4096, 2));
    let verdict = other.verify(PASSWORD, Some(&hash)).await.unwrap();
    let Verdict::Outdated(new) = verdict else {
        panic!("{verdict:?}")
    };
    for lane in [&one, &other] {
        let verdict = lane.verify(PASSWORD, Some(&new)).await.unwrap();
        assert_eq!(verdict, Verdict::Right);
    }
}

#[tokio::test]
async fn a_measured_cost_is_never_below_what_is_set() {
    let mut config = cheap();
    config.passwords.argon2_iterations = 4;
    let lane = OpenLane::of(&config);
    let before = lane.cost();
    lane.raise_to(Cost {
        memory_kib: 128,
        iterations: 1,
        parallelism: 1,
    });
    assert_eq!(lane.cost(), before);
}

#[tokio::test]
async fn a_hash_by_a_larger_node_verifies_within_the_budget_and_none_beyond() {
    let mut large = cheap();
    large.passwords.argon2_memory = ByteSize::of_mib(20);
    let hash = &OpenLane::of(&large).hash(PASSWORD).await.unwrap();
    let mut small = cheap();
    small.passwords.lanes = 4;
    // More than the share of one of four lanes: it waits until it has the memory of all.
    small.passwords.memory_budget = ByteSize::of_mib(24);
    let lane = OpenLane::of(&small);
    let verdicts = (0..8).map(|_| lane.verify(PASSWORD, Some(hash)));
    for verdict in futures_util::future::join_all(verdicts).await {
        assert!(matches!(verdict.unwrap(), Verdict::Outdated(_)));
    }
    assert!(lane.figures().memory < 20 << 20);
    small.passwords.memory_budget = ByteSize::of_mib(16);
    let lane = OpenLane::of(&small);
    // No wrong password: nobody is locked out for it.
    assert!(lane.verify(PASSWORD, Some(hash)).await.is_err());
    assert!(lane.hash(PASSWORD).await.is_ok());
}
