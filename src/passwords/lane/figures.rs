//! What the lane does just now and has done so far: for metrics, for the console, and for its own estimates.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::passwords::Cost;

/// How far back the busy share looks: one to two of these.
const LATELY: Duration = Duration::from_secs(30);
/// The weight of the newest hash in the mean: one in so many.
const MEMORY: u32 = 16;
/// What a KiB costs in one pass, until the first hash was measured.
const FIRST_GUESS: Duration = Duration::from_nanos(400);

/// A look at the lane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// Threads that hash.
    pub lanes: usize,
    /// Passwords that may wait just now.
    pub places: usize,
    /// Passwords that wait.
    pub queued: usize,
    /// Passwords that are being hashed.
    pub running: usize,
    /// Hashed since the start.
    pub done: u64,
    /// Refused since the start, because too many were waiting.
    pub refused: u64,
    /// Waited in vain until the deadline, since the start.
    pub expired: u64,
    /// Given up by whoever asked, since the start.
    pub abandoned: u64,
    /// What one takes, in seconds: the mean of the latest.
    pub hash_seconds: f64,
    /// How many the lanes can do in a second.
    pub per_second: f64,
    /// How much of the last half minute to a minute the lanes have worked: 0 to 1.
    pub busy_share: f64,
    /// How long all lanes together have worked since the start, in seconds.
    pub busy_seconds: f64,
    /// Bytes that the lanes hold for hashing.
    pub memory: usize,
}

/// What is counted.
pub(super) struct Tally {
    pub done: u64,
    pub refused: u64,
    pub expired: u64,
    pub abandoned: u64,
    /// The mean time of one.
    pub mean: Duration,
    /// Since when each lane works on what it works on.
    started: Vec<Option<Instant>>,
    busy: Duration,
    /// Two earlier moments, and how long the lanes had worked by then.
    marks: [(Instant, Duration); 2],
}

impl Tally {
    pub fn new(lanes: usize, cost: Cost) -> Self {
        Self {
            done: 0,
            refused: 0,
            expired: 0,
            abandoned: 0,
            mean: first_guess(cost),
            started: vec![None; lanes],
            busy: Duration::ZERO,
            marks: [(Instant::now(), Duration::ZERO); 2],
        }
    }

    /// Hashes cost something else from now on.
    pub fn guess(&mut self, cost: Cost) {
        self.mean = first_guess(cost);
    }

    pub fn lanes(&self) -> usize {
        self.started.len()
    }

    pub fn running(&self) -> usize {
        self.started.iter().flatten().count()
    }

    pub fn begin(&mut self, lane: usize) {
        if let Some(place) = self.started.get_mut(lane) {
            *place = Some(Instant::now());
        }
    }

    pub fn end(&mut self, lane: usize) {
        let started = self.started.get_mut(lane).and_then(Option::take);
        let took = started.map_or(Duration::ZERO, |started| started.elapsed());
        self.done += 1;
        self.busy += took;
        self.mean = if self.done == 1 {
            took
        } else {
            (self.mean * (MEMORY - 1) + took) / MEMORY
        };
        self.mark();
    }

    /// How long it takes until so many are done.
    pub fn time_of(&self, jobs: usize) -> Duration {
        let lanes = u32::try_from(self.lanes().max(1)).unwrap_or(u32::MAX);
        let jobs = u32::try_from(jobs).unwrap_or(u32::MAX);
        self.mean.saturating_mul(jobs) / lanes
    }

    /// How many the lanes do in a second.
    pub fn per_second(&self) -> f64 {
        let mean = self.mean.max(Duration::from_nanos(1));
        #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
        let lanes = self.lanes() as f64;
        lanes / mean.as_secs_f64()
    }

    /// How long the lanes have worked since the start.
    pub fn busy(&self) -> Duration {
        let running = self.started.iter().flatten().map(Instant::elapsed);
        self.busy + running.sum::<Duration>()
    }

    /// The part of the last half minute to a minute in which the lanes have worked.
    pub fn busy_share(&mut self) -> f64 {
        self.mark();
        let [(since, before), _] = self.marks;
        #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
        let could = since.elapsed().as_secs_f64() * self.lanes() as f64;
        if could <= 0.0 {
            return 0.0;
        }
        (self.busy().saturating_sub(before).as_secs_f64() / could).clamp(0.0, 1.0)
    }

    fn mark(&mut self) {
        let [_, (latest, busy)] = self.marks;
        if latest.elapsed() >= LATELY {
            self.marks = [(latest, busy), (Instant::now(), self.busy())];
        }
    }
}

fn first_guess(cost: Cost) -> Duration {
    FIRST_GUESS.saturating_mul(u32::try_from(cost.work()).unwrap_or(u32::MAX))
}
