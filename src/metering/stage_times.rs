//! Stage times: how long requests spent in each stage, over all routes.

use super::histogram::{Histogram, Unit};
use crate::stages::{Stage, Times};

/// A histogram for each stage.
#[derive(Debug)]
pub struct StageTimes([Histogram; Stage::ALL.len()]);

impl Default for StageTimes {
    fn default() -> Self {
        Self(Stage::ALL.map(|_| Histogram::new(Unit::Time)))
    }
}

impl StageTimes {
    /// Counts the stages that a request has had.
    pub fn note(&self, times: &Times) {
        for (stage, histogram) in self.each() {
            let time = times.of(stage);
            if !time.is_zero() {
                histogram.time(time);
            }
        }
    }

    /// Each stage with its times.
    pub fn each(&self) -> impl Iterator<Item = (Stage, &Histogram)> {
        Stage::ALL.into_iter().zip(&self.0)
    }
}
