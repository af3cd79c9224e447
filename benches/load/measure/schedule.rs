//! The open loop's timetable: when each request is meant to be sent, whatever became of those before it.

use std::time::Duration;

/// So many requests a second, evenly, for so long.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// Requests a second.
    pub rate: f64,
    /// How long they are sent.
    pub lasting: Duration,
}

impl Schedule {
    /// How many requests that makes.
    pub fn count(&self) -> u64 {
        (self.rate * self.lasting.as_secs_f64()).round().max(0.0) as u64
    }

    /// The moments at which they are meant to be sent, from the beginning. Each is computed from the beginning, so that
    /// no error adds up and no late one delays the next.
    pub fn moments(self) -> impl Iterator<Item = Duration> + Send + 'static {
        (0..self.count()).map(move |number| Duration::from_secs_f64(number as f64 / self.rate))
    }
}
