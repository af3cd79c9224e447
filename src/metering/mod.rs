//! Metering: what is counted while the server works. Counting costs an atomic addition; `metrics` shows the sums.
//!
//! A label never holds what somebody has sent: a route is its pattern, and every other word stands in the program.

mod counter;
mod histogram;
mod requests;
mod stage_times;

pub use counter::{Counter, Gauge, Held, Tally};
pub use histogram::{Histogram, Spread, Unit};
pub use requests::{Requests, Series, told_apart};
pub use stage_times::StageTimes;

/// What operations and the web server count; the database and the hashing lane count for themselves.
#[derive(Debug, Default)]
pub struct Metering {
    /// Requests that were answered.
    pub requests: Requests,
    /// Where their time went.
    pub stages: StageTimes,
    /// Requests that are being answered.
    pub in_flight: Gauge,
    /// Connections that are open.
    pub connections: Gauge,
    /// Connections that were accepted.
    pub accepted: Counter,
    /// Logins by their outcome.
    pub logins: Tally,
    /// Sessions that began.
    pub sessions_started: Counter,
    /// Sessions that ended, by the reason.
    pub sessions_ended: Tally,
    /// Refusals of a limit, by what it counts.
    pub limited: Tally,
}
