//! Work that can wait, beside a PostgreSQL server on the same machine: one after another, while somebody reads.
//!
//! Log-ins come out of the hashing lane several at once. Each of them wakes a process of the server, the system puts most of those
//! on one core, and a read that falls among them waits behind all (docs/adr/0022-one-after-another-beside-reads.md).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::OnTheWay;
use crate::stages::{self, Stage};

/// Turns for a server of the same machine. One elsewhere has other cores, and the way to it takes longer than the work: there
/// nobody waits.
#[derive(Clone)]
pub(super) struct OneByOne {
    reads: OnTheWay,
    turns: Arc<Semaphore>,
}

/// Somebody's turn, until it is dropped; or nobody's.
pub(in crate::db) struct Turn {
    _held: Option<OwnedSemaphorePermit>,
}

impl OneByOne {
    /// Those that let `reads` go first.
    pub fn beside(reads: OnTheWay) -> Self {
        let turns = Arc::new(Semaphore::new(1));
        Self { reads, turns }
    }

    /// Waits until those who came before are done, and no longer than `patience`: what hangs, at a lock or at the disk, must not
    /// hold up the others. Where nobody has read lately nobody waits.
    pub async fn turn(&self, patience: Duration) -> Turn {
        if patience.is_zero() || !self.reads.is_any_near() {
            return Turn { _held: None };
        }
        let free = Arc::clone(&self.turns).acquire_owned();
        let waited = Box::pin(tokio::time::timeout(patience, free));
        let (held, _) = stages::timed(Stage::Database, waited).await;
        Turn {
            _held: held.ok().and_then(Result::ok),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::poll_immediate;

    use super::*;

    /// Longer than a test may take.
    const LONG: Duration = Duration::from_mins(10);

    fn beside(host: &str) -> (OneByOne, OnTheWay) {
        let reads = OnTheWay::to(&format!("postgres://gatepost@{host}/gatepost"));
        (OneByOne::beside(reads.clone()), reads)
    }

    #[tokio::test]
    async fn who_can_wait_has_his_turn_behind_those_before() {
        let (turns, reads) = beside("127.0.0.1");
        drop(reads.enter());
        let first = turns.turn(LONG).await;
        let _hurried = turns.turn(Duration::ZERO).await;
        let mut second = Box::pin(turns.turn(LONG));
        assert!(poll_immediate(&mut second).await.is_none());
        drop(first);
        let _second = second.await;
        // Whoever has lost his patience goes as well.
        let _third = turns.turn(Duration::from_millis(1)).await;
    }

    #[tokio::test]
    async fn nobody_waits_where_nobody_reads() {
        let (turns, _) = beside("127.0.0.1");
        let _first = turns.turn(LONG).await;
        let _second = turns.turn(LONG).await;
    }

    #[tokio::test]
    async fn nobody_waits_for_a_server_elsewhere() {
        let (turns, reads) = beside("10.0.0.7");
        let _read = reads.enter();
        let _first = turns.turn(LONG).await;
        let _second = turns.turn(LONG).await;
    }
}
