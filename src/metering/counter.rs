//! Counters: a sum that only grows, one that goes up and down, and sums by a word.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A sum that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds `count`.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// The sum.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many of something there are just now.
#[derive(Debug, Clone, Default)]
pub struct Gauge(Arc<AtomicU64>);

/// One of what a [`Gauge`] counts, until it is dropped.
#[derive(Debug)]
pub struct Held(Arc<AtomicU64>);

impl Gauge {
    /// One more, until the answer is dropped.
    #[must_use = "it is counted for as long as it is held"]
    pub fn hold(&self) -> Held {
        self.0.fetch_add(1, Ordering::Relaxed);
        Held(Arc::clone(&self.0))
    }

    /// How many are held.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sums by a word of the program. For what does not happen ten thousand times a second: it takes a lock.
#[derive(Debug, Default)]
pub struct Tally(Mutex<BTreeMap<&'static str, u64>>);

impl Tally {
    /// Adds `count` to the sum of `word`.
    pub fn add(&self, word: &'static str, count: u64) {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *sums.entry(word).or_default() += count;
    }

    /// The sums.
    pub fn all(&self) -> Vec<(&'static str, u64)> {
        let sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sums.iter().map(|(word, sum)| (*word, *sum)).collect()
    }
}
