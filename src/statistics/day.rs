//! Days, in UTC: figures are counted by them.

use std::fmt;

use crate::clock::Timestamp;

const MILLIS: i64 = 86_400_000;

/// A day: the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Day(pub i64);

impl Day {
    /// The day of a moment.
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.0.div_euclid(MILLIS))
    }

    /// Reads `2026-01-31`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 10)
            .then(|| Timestamp::parse(text).map(Self::of))
            .flatten()
    }

    /// The day so many days later.
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Its first moment.
    pub fn begin(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(MILLIS))
    }

    /// From this day to `last`, both of them included.
    pub fn through(self, last: Self) -> impl DoubleEndedIterator<Item = Self> + Clone {
        (self.0..=last.0).map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.begin().to_string();
        f.write_str(text.get(..10).unwrap_or(&text))
    }
}
