//! A length of time as people write it: `15m`, `1h30m`, `400d`, `250ms`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    millis: u64,
}

/// The units from the greatest to the smallest, in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

const EXPECTED: &str = "a duration such as 15m, 24h, 1h30m or 250ms";

impl Period {
    /// `24 hours`, `30 minutes`: the largest unit that leaves no rest, for people.
    pub fn in_words(self) -> String {
        let seconds = self.get().as_secs();
        let (count, unit) = match seconds {
            s if s >= 48 * 3600 && s % (24 * 3600) == 0 => (s / (24 * 3600), "day"),
            s if s >= 3600 && s % 3600 == 0 => (s / 3600, "hour"),
            s if s >= 60 && s % 60 == 0 => (s / 60, "minute"),
            s => (s, "second"),
        };
        format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
    }

    /// So many thousandths of a second.
    pub const fn millis(millis: u64) -> Self {
        Self { millis }
    }

    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self::millis(seconds.saturating_mul(1000))
    }

    /// So many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    /// So many hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }

    /// So many days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Self::hours(days.saturating_mul(24))
    }

    /// For the clock and for timers.
    pub const fn get(self) -> Duration {
        Duration::from_millis(self.millis)
    }
}

impl FromStr for Period {
    type Err = &'static str;

    /// Numbers with their units, each unit smaller than the one before. A number alone says too
    /// little.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text;
        let mut millis = 0_u64;
        let mut smaller_than = u64::MAX;
        while !rest.is_empty() {
            let (number, after) = split_where(rest, |c| !c.is_ascii_digit());
            let (name, after) = split_where(after, |c| c.is_ascii_digit());
            let (_, unit) = UNITS
                .iter()
                .find(|(unit, _)| *unit == name)
                .ok_or(EXPECTED)?;
            let part = number
                .parse::<u64>()
                .ok()
                .and_then(|number| number.checked_mul(*unit));
            if *unit >= smaller_than {
                return Err(EXPECTED);
            }
            millis = part
                .and_then(|part| millis.checked_add(part))
                .ok_or(EXPECTED)?;
            smaller_than = *unit;
            rest = after;
        }
        if text.is_empty() {
            Err(EXPECTED)
        } else {
            Ok(Self { millis })
        }
    }
}

/// Splits before the first character that `ends` accepts.
fn split_where(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.millis == 0 {
            return f.write_str("0s");
        }
        // A day and whole hours below two days read better in hours: 24h, not 1d.
        let units = UNITS.iter().skip(usize::from(self.millis < 2 * 86_400_000));
        let mut rest = self.millis;
        for (name, unit) in units {
            if rest >= *unit {
                write!(f, "{}{name}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}
