//! How long something took, in percentiles.

use std::time::Duration;

use serde::Serialize;

use crate::metering::Spread;

/// The times of one kind of work since the node was started.
#[derive(Debug, Clone, Serialize)]
pub struct Latency {
    /// What took so long.
    pub name: String,
    /// How often it was done.
    pub count: u64,
    /// Milliseconds that half of them took at most.
    pub p50_ms: Option<f64>,
    /// The same for nine of ten.
    pub p90_ms: Option<f64>,
    /// The same for 99 of a hundred.
    pub p99_ms: Option<f64>,
}

impl Latency {
    /// The percentiles of some times.
    pub fn of(name: impl Into<String>, times: &Spread) -> Self {
        let ms = |percent| {
            let nanos = times.percentile(percent)?;
            Some(Duration::from_nanos(nanos).as_secs_f64() * 1000.0)
        };
        Self {
            name: name.into(),
            count: times.count(),
            p50_ms: ms(50),
            p90_ms: ms(90),
            p99_ms: ms(99),
        }
    }
}
