//! A figure: one number, what it is of, and what it is held against.

use serde::{Deserialize, Serialize};

use crate::http::Round;
use crate::measure::Histogram;

/// The scenario of a figure that tells what did not come to an end.
pub const FAILED: &str = "failed";

/// One figure.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured: `Gatepost`, or another program.
    pub subject: String,
    /// Where it keeps accounts.
    pub database: String,
    /// The scenario, as `--only` names it.
    pub scenario: String,
    /// Which case of it.
    pub case: String,
    /// How many accounts there were.
    pub accounts: u64,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// How long answers took.
    pub latency: Option<Latency>,
    /// Answers that were not those that were due.
    pub failed: u64,
    /// What the machine can do.
    pub limit: Option<Limit>,
    /// What a reader must know.
    pub note: String,
}

/// How long answers took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Latency {
    /// The median.
    pub p50: f64,
    /// Of a hundred, one took longer.
    pub p99: f64,
    /// Of a thousand, one took longer.
    pub p999: f64,
    /// The longest.
    pub most: f64,
    /// How many answers there were.
    pub count: u64,
}

/// What the machine can do, measured in the same run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Limit {
    /// What it is.
    pub name: String,
    /// In the unit of the figure.
    pub value: f64,
}

impl From<&Histogram> for Latency {
    fn from(histogram: &Histogram) -> Self {
        let millis = |part| histogram.quantile(part).as_secs_f64() * 1000.0;
        Self {
            p50: millis(0.5),
            p99: millis(0.99),
            p999: millis(0.999),
            most: histogram.most().as_secs_f64() * 1000.0,
            count: histogram.count(),
        }
    }
}

impl Figure {
    /// A number with its unit.
    pub fn of(scenario: &str, case: impl Into<String>, value: f64, unit: &str) -> Self {
        Self {
            scenario: scenario.into(),
            case: case.into(),
            value,
            unit: unit.into(),
            ..Self::default()
        }
    }

    /// The rate of a round with its latencies.
    pub fn of_round(scenario: &str, case: impl Into<String>, round: &Round) -> Self {
        let fault = round.fault.as_deref().unwrap_or_default();
        Self {
            latency: Some(Latency::from(&round.all())),
            failed: round.failed,
            note: fault.chars().take(120).collect(),
            ..Self::of(scenario, case, round.rate(), "/s")
        }
    }

    /// Held against `limit`.
    #[must_use]
    pub fn beside(mut self, name: &str, limit: f64) -> Self {
        self.limit = Some(Limit {
            name: name.into(),
            value: limit,
        });
        self
    }

    /// With that many accounts.
    #[must_use]
    pub fn at(mut self, accounts: u64) -> Self {
        self.accounts = accounts;
        self
    }

    /// With something that a reader must know.
    #[must_use]
    pub fn noting(mut self, note: impl Into<String>) -> Self {
        let note = note.into();
        if self.note.is_empty() {
            self.note = note;
        } else {
            self.note = format!("{note}; {}", self.note);
        }
        self
    }

    /// The part of its limit that it reaches.
    pub fn share(&self) -> Option<f64> {
        let limit = self.limit.as_ref()?;
        (limit.value > 0.0).then(|| self.value / limit.value)
    }
}
