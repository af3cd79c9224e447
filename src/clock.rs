//! Time: the only place that asks the system for it, so that tests can move it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Serialize, Serializer};

/// A moment: milliseconds since 1970-01-01T00:00:00Z, as the database keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `duration` later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// The moment `duration` earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// Whole seconds since the epoch: the `NumericDate` of RFC 7519 section 2.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Time from `earlier` to this moment; zero when `earlier` lies later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads the date of an HTTP header (RFC 9110 section 5.6.7, the form that is sent).
    pub fn parse_http(text: &str) -> Option<Self> {
        // It ends with "GMT", which the format of mails knows as well.
        let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// Reads RFC 3339, or a date (then midnight UTC begins it).
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Some(Self(moment.as_millisecond()));
        }
        let date = text.parse::<jiff::civil::Date>().ok()?;
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        // A date parser also takes the date of a date and time without an offset: that is no date.
        (text.len() == 10).then(|| Self(zoned.timestamp().as_millisecond()))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Tells the time: the system's, or one that a test moves by hand.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still at the present moment until [`Clock::advance`] moves it.
    pub fn standing() -> Self {
        Self(Some(Arc::new(AtomicI64::new(system_now().0))))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(moment) => Timestamp(moment.load(Ordering::SeqCst)),
            None => system_now(),
        }
    }

    /// Moves a standing clock forward; the system's clock does not listen.
    pub fn advance(&self, duration: Duration) {
        if let Some(moment) = &self.0 {
            moment.fetch_add(millis(duration), Ordering::SeqCst);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for the time"
)]
fn system_now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}
