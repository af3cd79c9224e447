//! A histogram of durations: 64 steps for each power of two, so that a quantile is right within 1.6 %.

use std::time::Duration;

/// Steps for each power of two.
const STEPS: u64 = 64;
/// The power of two below which every nanosecond has a place of its own.
const EXACT: u32 = 6;
/// Enough for every number of nanoseconds that fits into 64 bits.
const PLACES: usize = 59 * 64;

/// How often which duration was seen.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    count: u64,
    most: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; PLACES],
            count: 0,
            most: 0,
        }
    }
}

impl Histogram {
    /// Counts one more.
    pub fn record(&mut self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(place(nanos)) {
            *count += 1;
        }
        self.count += 1;
        self.most = self.most.max(nanos);
    }

    /// Adds what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.count += other.count;
        self.most = self.most.max(other.most);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest.
    pub fn most(&self) -> Duration {
        Duration::from_nanos(self.most)
    }

    /// The duration within which this part of them lay: never less than what was seen, and at most 1.6 % more.
    pub fn quantile(&self, part: f64) -> Duration {
        let wanted = (part.clamp(0.0, 1.0) * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_nanos(last_of(place).min(self.most));
            }
        }
        self.most()
    }
}

/// Where a number of nanoseconds is counted.
fn place(nanos: u64) -> usize {
    if nanos < STEPS {
        return nanos as usize;
    }
    let power = nanos.ilog2();
    let step = (nanos >> (power - EXACT)) - STEPS;
    (u64::from(power - EXACT + 1) * STEPS + step) as usize
}

/// The greatest number of nanoseconds that is counted at `place`.
fn last_of(place: usize) -> u64 {
    let place = place as u64;
    if place < STEPS {
        return place;
    }
    let shift = place / STEPS - 1;
    let first = u128::from(STEPS + place % STEPS) << shift;
    u64::try_from(first + (1_u128 << shift) - 1).unwrap_or(u64::MAX)
}
