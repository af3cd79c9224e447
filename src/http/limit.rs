//! Limits by network, in memory: a leaky bucket for each (the generic cell rate algorithm, ITU-T I.371).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::config::Config;
use crate::error::{Error, Problem, Result};

/// Networks that are remembered; beyond, those that have calmed down are forgotten.
const NETWORKS: usize = 100_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    FailedLogin,
    Registration,
}

/// How much of something a network may do: so many in a window, then as many again as time passes.
#[derive(Debug, Clone, Copy)]
struct Rate {
    most: u32,
    window: Duration,
}

/// The buckets of all networks.
pub struct Limits {
    buckets: Mutex<HashMap<(Kind, IpAddr), i64>>,
    failed_logins: Rate,
    registrations: Rate,
}

impl Limits {
    /// The limits of the settings.
    pub fn of(config: &Config) -> Self {
        let (login, registration) = (&config.login, &config.registration);
        Self {
            buckets: Mutex::default(),
            failed_logins: Rate {
                most: login.failures_per_network,
                window: login.failures_window.get(),
            },
            registrations: Rate {
                most: registration.per_network,
                window: registration.window.get(),
            },
        }
    }

    /// Refuses when `network` has failed to log in too often. Counts nothing.
    pub fn refuse_failed_logins(&self, network: IpAddr, now: Timestamp) -> Result<()> {
        self.refuse((Kind::FailedLogin, network), now)
    }

    /// Counts a failed login of `network`.
    pub fn count_failed_login(&self, network: IpAddr, now: Timestamp) {
        self.count((Kind::FailedLogin, network), now);
    }

    /// Counts a registration by `network`, or refuses it.
    pub fn register(&self, network: IpAddr, now: Timestamp) -> Result<()> {
        self.refuse((Kind::Registration, network), now)?;
        self.count((Kind::Registration, network), now);
        Ok(())
    }

    fn rate(&self, kind: Kind) -> Rate {
        match kind {
            Kind::FailedLogin => self.failed_logins,
            Kind::Registration => self.registrations,
        }
    }

    /// A bucket is the moment at which it will be empty; it is full when that lies a whole window ahead.
    fn refuse(&self, key: (Kind, IpAddr), now: Timestamp) -> Result<()> {
        let rate = self.rate(key.0);
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let empty_at = buckets.get(&key).copied().unwrap_or(now.0).max(now.0);
        let wait = (empty_at - now.0 + rate.drop_millis()).saturating_sub(rate.window_millis());
        if wait <= 0 {
            return Ok(());
        }
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        Err(Error::TryLater(Problem::TooManyRequests, wait))
    }

    fn count(&self, key: (Kind, IpAddr), now: Timestamp) {
        let rate = self.rate(key.0);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= NETWORKS {
            buckets.retain(|_, empty_at| *empty_at > now.0);
        }
        let empty_at = buckets.entry(key).or_insert(now.0);
        let full = now.0.saturating_add(rate.window_millis());
        *empty_at = ((*empty_at).max(now.0) + rate.drop_millis()).min(full);
    }
}

impl Rate {
    fn window_millis(self) -> i64 {
        i64::try_from(self.window.as_millis()).unwrap_or(i64::MAX / 4)
    }

    /// The time in which one drop leaks away.
    fn drop_millis(self) -> i64 {
        (self.window_millis() / i64::from(self.most.max(1))).max(1)
    }
}
