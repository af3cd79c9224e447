//! Figures about the database: how long statements and commits take, and what stands in each other's way.

use std::time::Duration;

use futures_util::FutureExt;

use crate::metering::{Counter, Histogram, Unit};
use crate::stages::{self, Stage};

/// What has been counted since the database was opened.
#[derive(Debug)]
pub struct Figures {
    /// How long statements took that only read.
    pub reads: Histogram,
    /// How long the other statements took.
    pub writes: Histogram,
    /// How long commits took, with the wait for those that share one.
    pub commits: Histogram,
    /// Transactions that were tried again, because another was in the way.
    pub retries: Counter,
    /// How long SQLite took to make a batch durable; nothing on PostgreSQL.
    pub syncs: Histogram,
    /// How many transactions such a batch had.
    pub batches: Histogram,
}

/// Connections to a PostgreSQL server.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// As many as there can be.
    pub most: usize,
    /// Open, and in somebody's hands.
    pub in_use: usize,
    /// Open, and idle.
    pub idle: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            reads: Histogram::new(Unit::Time),
            writes: Histogram::new(Unit::Time),
            commits: Histogram::new(Unit::Time),
            retries: Counter::default(),
            syncs: Histogram::new(Unit::Time),
            batches: Histogram::new(Unit::Count),
        }
    }
}

impl Figures {
    fn of(&self, is_read: bool) -> &Histogram {
        if is_read { &self.reads } else { &self.writes }
    }

    /// Runs a statement, and counts how long it took.
    pub(super) fn statement<T>(
        &self,
        is_read: bool,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = T> {
        stages::timed(Stage::Database, work).map(move |(answer, time)| {
            self.of(is_read).time(time);
            answer
        })
    }

    /// The same for one that is answered in place.
    pub(super) fn statement_here<T>(&self, is_read: bool, work: impl FnOnce() -> T) -> T {
        let (answer, time) = stages::timed_here(Stage::Database, work);
        self.of(is_read).time(time);
        answer
    }

    /// Waits for a commit, and counts how long it took.
    pub(super) fn commit<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        stages::timed(Stage::Commit, work).map(|(answer, time)| {
            self.commits.time(time);
            answer
        })
    }

    /// Counts a batch that SQLite has made durable.
    pub(super) fn batch(&self, transactions: usize, time: Duration) {
        self.syncs.time(time);
        self.batches.count(transactions as u64);
    }
}
