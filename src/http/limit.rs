//! Limits by network, in memory: a leaky bucket for each (the generic cell rate algorithm, ITU-T I.371).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::{Error, Problem, Result};

/// Networks that are remembered; beyond, those that have calmed down are forgotten.
const NETWORKS: usize = 100_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    FailedLogin,
    Registration,
}

/// The buckets of all networks.
#[derive(Default)]
pub struct Limits(Mutex<HashMap<(Kind, IpAddr), i64>>);

impl Limits {
    /// Refuses when `network` has failed to log in too often. Counts nothing.
    pub fn refuse_failed_logins(&self, network: IpAddr, now: Timestamp, most: u32, window: Duration) -> Result<()> {
        self.refuse((Kind::FailedLogin, network), now, most, window)
    }

    /// Counts a failed login of `network`.
    pub fn count_failed_login(&self, network: IpAddr, now: Timestamp, most: u32, window: Duration) {
        self.count((Kind::FailedLogin, network), now, most, window);
    }

    /// Counts a registration by `network`, or refuses it.
    pub fn register(&self, network: IpAddr, now: Timestamp, most: u32, window: Duration) -> Result<()> {
        self.refuse((Kind::Registration, network), now, most, window)?;
        self.count((Kind::Registration, network), now, most, window);
        Ok(())
    }

    /// A bucket is the moment at which it will be empty; it is full when that lies a whole window ahead.
    fn refuse(&self, key: (Kind, IpAddr), now: Timestamp, most: u32, window: Duration) -> Result<()> {
        let buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let empty_at = buckets.get(&key).copied().unwrap_or(now.0).max(now.0);
        let (drop, whole) = (drop_millis(most, window), millis(window));
        let wait = (empty_at - now.0 + drop).saturating_sub(whole);
        if wait <= 0 {
            return Ok(());
        }
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        Err(Error::TryLater(Problem::TooManyRequests, wait))
    }

    fn count(&self, key: (Kind, IpAddr), now: Timestamp, most: u32, window: Duration) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= NETWORKS {
            buckets.retain(|_, empty_at| *empty_at > now.0);
        }
        let empty_at = buckets.entry(key).or_insert(now.0);
        let limit = now.0.saturating_add(millis(window));
        *empty_at = ((*empty_at).max(now.0) + drop_millis(most, window)).min(limit);
    }
}

fn millis(window: Duration) -> i64 {
    i64::try_from(window.as_millis()).unwrap_or(i64::MAX / 4)
}

fn drop_millis(most: u32, window: Duration) -> i64 {
    (millis(window) / i64::from(most.max(1))).max(1)
}
