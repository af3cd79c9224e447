//! Histograms: how many values lay below each of some bounds, and the sum of all.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Times, kept in nanoseconds and shown in seconds.
    Time,
    /// Numbers of things.
    Count,
}

/// From 25 µs to 10 s: a point read at one end, a request that waited for a full lane at the other.
const TIMES: [u64; 16] = [
    25_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    10_000_000_000,
];

const COUNTS: [u64; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// Counts of values by their size.
#[derive(Debug)]
pub struct Histogram {
    unit: Unit,
    /// One for each bound, and one for what lies above them all. The longer list has room for both kinds.
    counts: [AtomicU64; TIMES.len() + 1],
    sum: AtomicU64,
}

impl Histogram {
    /// An empty one.
    pub fn new(unit: Unit) -> Self {
        Self {
            unit,
            counts: Default::default(),
            sum: AtomicU64::new(0),
        }
    }

    fn bounds(&self) -> &'static [u64] {
        match self.unit {
            Unit::Time => &TIMES,
            Unit::Count => &COUNTS,
        }
    }

    /// Counts a time.
    pub fn time(&self, time: Duration) {
        self.count(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Counts a number.
    pub fn count(&self, value: u64) {
        let bounds = self.bounds();
        let place = bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// Each bound with the number of values up to it; the last stands for all.
    pub fn cumulated(&self) -> Vec<(String, u64)> {
        let bounds = self.bounds().iter().map(|bound| self.shown(*bound));
        let bounds = bounds.chain(["+Inf".to_owned()]);
        let mut sum = 0;
        bounds
            .zip(&self.counts)
            .map(|(bound, count)| {
                sum += count.load(Ordering::Relaxed);
                (bound, sum)
            })
            .collect()
    }

    /// How many values each part of the scale has had until now.
    pub fn spread(&self) -> Spread {
        Spread {
            bounds: self.bounds(),
            counts: self
                .counts
                .each_ref()
                .map(|count| count.load(Ordering::Relaxed)),
        }
    }

    /// The sum of all values, in the unit that is shown.
    pub fn sum(&self) -> String {
        self.shown(self.sum.load(Ordering::Relaxed))
    }

    fn shown(&self, value: u64) -> String {
        match self.unit {
            Unit::Count => value.to_string(),
            Unit::Time => seconds(value),
        }
    }
}

/// Nanoseconds as seconds, exactly: `0.0025`.
fn seconds(nanos: u64) -> String {
    let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a histogram held at a moment; several can be added up.
#[derive(Debug, Clone)]
pub struct Spread {
    bounds: &'static [u64],
    counts: [u64; TIMES.len() + 1],
}

impl Spread {
    /// One of times, without any.
    pub fn empty() -> Self {
        Histogram::new(Unit::Time).spread()
    }

    /// Adds what another one of the same scale holds.
    pub fn add(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            *sum += count;
        }
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The value below which `percent` of a hundred values lie, as exactly as the scale tells: spread evenly within its part. What
    /// lies above the scale is its end. `None` without values.
    pub fn percentile(&self, percent: u32) -> Option<u64> {
        let count = self.count();
        let wanted = (count * u64::from(percent)).div_ceil(100).max(1);
        let mut below = 0;
        let mut lower = 0;
        for (upper, count) in self.bounds.iter().zip(self.counts) {
            if below + count >= wanted {
                let part = u128::from(upper - lower) * u128::from(wanted - below);
                let part = part / u128::from(count.max(1));
                return Some(lower + u64::try_from(part).unwrap_or(upper - lower));
            }
            below += count;
            lower = *upper;
        }
        (count > 0).then_some(lower)
    }
}
