//! When a mail that failed is tried again, and when it is given up.

use std::time::Duration;

/// Tries until a mail is given up: about two and a half days.
pub(super) const TRIES: u32 = 20;

const LONGEST: Duration = Duration::from_hours(6);

/// How long to wait after that many failed tries: one to two minutes, then twice as long each time, up to six hours.
///
/// `chance` spreads it over its upper half, so that mails which failed together do not come back together.
pub(super) fn wait(failed: u32, chance: [u8; 2]) -> Duration {
    let doublings = failed.saturating_sub(1).min(16);
    let most = Duration::from_secs(120 << doublings).min(LONGEST);
    let spread = f64::from(u16::from_be_bytes(chance)) / f64::from(u16::MAX);
    most.mul_f64(0.5 + spread / 2.0)
}
