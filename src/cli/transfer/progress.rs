//! The progress of an import, on a terminal: how many, how fast, and how long still. In a pipe there is nobody to look.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use crate::transfer::Progress;

/// People cannot read faster.
const EVERY: Duration = Duration::from_millis(100);
const WIDTH: usize = 24;

/// A line that is written over again and again.
pub(super) struct Bar {
    begun: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
}

impl Bar {
    /// Begins to count the time.
    pub fn begin() -> Self {
        Self {
            begun: Instant::now(),
            shown: None,
            is_terminal: stderr().is_terminal(),
        }
    }

    /// Shows how far it is, unless it was shown just now.
    pub fn show(&mut self, progress: Progress) {
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= EVERY);
        if self.is_terminal && is_due {
            self.shown = Some(Instant::now());
            let line = line(progress, self.begun.elapsed());
            // Without a standard error there is nobody to tell.
            let _ = write!(stderr(), "\r\x1b[K{line}");
        }
    }

    /// Takes the line away.
    pub fn end(&self) {
        if self.is_terminal && self.shown.is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }

    /// Rows in a second since the beginning.
    pub fn rate(&self, rows: u64) -> u64 {
        rate(rows, self.begun.elapsed())
    }
}

fn rate(rows: u64, time: Duration) -> u64 {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    rows.saturating_mul(1000) / millis
}

fn line(progress: Progress, time: Duration) -> String {
    let rows = progress.rows;
    let rate = rate(rows, time);
    let Some(part) = progress.part.filter(|part| *part > 0.0) else {
        return format!("{rows} rows, {rate} a second");
    };
    let left = time.mul_f64((1.0 - part) / part).as_secs();
    let (minutes, seconds) = (left / 60, left % 60);
    let full = (1..=WIDTH)
        .filter(|place| u32::try_from(*place).is_ok_and(|place| f64::from(place) <= part * 24.0));
    let bar = "#".repeat(full.count());
    format!(
        "[{bar:<WIDTH$}] {:3.0} %  {rows} rows, {rate} a second, {minutes}:{seconds:02} left",
        part * 100.0
    )
}
