//! What a hashing thread does every tenth of a millisecond: it lets others go first.
//!
//! Among the threads of this process its priority sees to that. Another process may not profit from it: Linux shares a core
//! between groups of processes first (sessions, containers, services), as between equals, whatever priority those inside have.
//! A database server of the same machine then waits for a hash as if it were anybody's. So while a read is on its way there, a
//! thread does not offer its core, it leaves it (docs/adr/0019-a-core-for-reads.md).

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::db::OnTheWay;

/// The part of its time that a thread rests at most, as a divisor: an eighth, where reads are always on their way.
const SHARE: u32 = 8;

/// The longest that it saves up: a read that takes longer has the core to itself for so long.
const MOST: Duration = Duration::from_millis(4);

/// How long it sleeps before it looks again. Sleeping for less costs more switches, and lets its group come back sooner.
const NAP: Duration = Duration::from_micros(200);

/// The breath of one thread. All rest at the same time: whom the system puts on the one core does not come to the other, though it
/// lies idle for a nap.
pub(super) struct Breath {
    reads: OnTheWay,
    /// From when on its time counts. An eighth of that it may rest, and what it rests is taken off eightfold.
    since: Cell<Instant>,
}

impl Breath {
    /// That of a thread which lets `reads` go first.
    pub fn beside(reads: OnTheWay) -> Self {
        Self {
            reads,
            since: Cell::new(Instant::now()),
        }
    }

    /// Lets others in.
    pub fn take(&self) {
        if self.reads.is_any() {
            self.rest(Instant::now(), || {
                std::thread::sleep(NAP);
                Instant::now()
            });
        }
        std::thread::yield_now();
    }

    /// Sleeps by `nap`, which answers when it woke up, until no read is on its way or all that was saved is spent.
    fn rest(&self, now: Instant, mut nap: impl FnMut() -> Instant) {
        // A thread that had nothing to do has saved no more than another.
        let earliest = now.checked_sub(MOST * SHARE).unwrap_or(now);
        let mut since = self.since.get().max(earliest);
        let mut at = now;
        while at >= since + NAP * SHARE && self.reads.is_any() {
            let woken = nap();
            since += woken.saturating_duration_since(at) * SHARE;
            at = woken;
        }
        self.since.set(since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Duration = Duration::from_micros(100);

    /// Works for a tenth of a millisecond and breathes, so many times; how long it has slept by then, `nap` at a time.
    fn slept(breath: &Breath, now: &mut Instant, (breaths, nap): (u32, Duration)) -> Duration {
        let mut slept = Duration::ZERO;
        for _ in 0..breaths {
            *now += TENTH;
            breath.rest(*now, || {
                *now += nap;
                slept += nap;
                *now
            });
        }
        slept
    }

    fn beside() -> OnTheWay {
        OnTheWay::to("postgres://gatepost@127.0.0.1/gatepost")
    }

    fn breath(reads: &OnTheWay) -> Breath {
        Breath::beside(reads.clone())
    }

    #[test]
    fn a_thread_rests_while_a_read_is_on_its_way_and_only_then() {
        let reads = beside();
        let (breath, mut now) = (breath(&reads), Instant::now());
        assert_eq!(slept(&breath, &mut now, (1000, NAP)), Duration::ZERO);
        let read = reads.enter();
        assert!(slept(&breath, &mut now, (1, NAP)) >= NAP);
        drop(read);
        assert_eq!(slept(&breath, &mut now, (1000, NAP)), Duration::ZERO);
    }

    #[test]
    fn a_thread_rests_until_the_read_is_back() {
        let reads = beside();
        let breath = breath(&reads);
        let start = Instant::now() + Duration::from_secs(1);
        let (mut read, mut naps) = (Some(reads.enter()), 0);
        breath.rest(start, || {
            naps += 1;
            if naps == 3 {
                read = None;
            }
            start + NAP * naps
        });
        assert_eq!(naps, 3);
    }

    #[test]
    fn reads_that_are_always_on_their_way_take_an_eighth_of_its_time_and_no_more() {
        // Also where the system lets it sleep for longer than it asked.
        for nap in [NAP, NAP * 2, MOST * 3] {
            let reads = beside();
            let (breath, start) = (breath(&reads), Instant::now());
            let _read = reads.enter();
            let mut now = start;
            let slept = slept(&breath, &mut now, (80_000, nap));
            let time = now - start;
            assert!(slept + MOST >= time / SHARE, "{slept:?} of {time:?}");
            assert!(slept <= time / SHARE + nap, "{slept:?} of {time:?}");
        }
    }

    #[test]
    fn all_threads_rest_at_the_same_time() {
        let reads = beside();
        let (one, other) = (breath(&reads), breath(&reads));
        let now = Instant::now() + Duration::from_secs(1);
        let mut read = Some(reads.enter());
        let mut both = false;
        one.rest(now, || {
            other.rest(now, || {
                both = true;
                read = None;
                now + NAP
            });
            now + NAP
        });
        assert!(both);
    }

    #[test]
    fn what_was_saved_in_a_quiet_hour_is_bounded() {
        let reads = beside();
        let breath = breath(&reads);
        let _read = reads.enter();
        let start = Instant::now() + Duration::from_hours(1);
        let mut now = start;
        breath.rest(start, || {
            now += NAP;
            now
        });
        assert!(now - start >= NAP);
        assert!(now - start <= MOST + MOST / 4);
    }
}
