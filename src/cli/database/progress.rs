//! How far a copy is: a line on the terminal that is written over, with the rate and the time that is left.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use super::outcome::grouped;
use crate::db::copy::Step;

/// How often the line is written.
const OFTEN: Duration = Duration::from_millis(200);

/// A line on standard error, if that is a terminal.
pub(super) struct Progress {
    begun: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
    verb: &'static str,
}

impl Progress {
    /// `verb` says what is being done, such as `Saving`.
    pub fn new(verb: &'static str) -> Self {
        Self {
            begun: Instant::now(),
            shown: None,
            is_terminal: stderr().is_terminal(),
            verb,
        }
    }

    pub fn show(&mut self, step: &Step<'_>) {
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= OFTEN);
        if !self.is_terminal || !is_due {
            return;
        }
        self.shown = Some(Instant::now());
        let line = line(self.verb, step, self.begun.elapsed());
        // To the start of the line, and what stood there is erased to its end.
        let _ = write!(stderr(), "\r{line}\x1b[K");
    }
}

/// `Saving accounts: 42 %, 180,000 rows/s, 12 s left`
fn line(verb: &str, step: &Step<'_>, taken: Duration) -> String {
    let verb = if step.is_check { "Checking" } else { verb };
    let rate = rate(step.done, taken);
    let left = step.total.saturating_sub(step.done) / rate.max(1);
    let percent = (step.done * 100).checked_div(step.total).unwrap_or(100);
    let rate = grouped(rate);
    format!(
        "{verb} {}: {percent} %, {rate} rows/s, {} left",
        step.table,
        span(left)
    )
}

/// Rows in a second.
fn rate(done: u64, taken: Duration) -> u64 {
    let millis = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX).max(1);
    done.saturating_mul(1000) / millis
}

fn span(seconds: u64) -> String {
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5999 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
