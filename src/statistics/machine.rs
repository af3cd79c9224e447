//! This machine: how much it can do, beside what has happened.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;

/// What the threads that hash passwords can do, and what they do just now: of one node alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Machine {
    /// Threads that hash.
    #[schema(example = 2)]
    pub hashing_threads: u64,
    /// Log-ins that they can do in a second, going by the latest.
    #[schema(example = 91.5)]
    pub logins_per_second: f64,
    /// How much of the last half minute to a minute they have worked, in percent.
    #[schema(example = 12.5)]
    pub busy_percent: f64,
    /// Log-ins that wait just now.
    #[schema(example = 0)]
    pub logins_waiting: u64,
}

impl Machine {
    /// The machine of this process.
    pub fn of(app: &App) -> Self {
        let lane = app.lane.figures();
        Self {
            hashing_threads: lane.lanes as u64,
            logins_per_second: tenth(lane.per_second),
            busy_percent: tenth(100.0 * lane.busy_share),
            logins_waiting: lane.queued as u64,
        }
    }

    /// The machine of a node that tells of its lane, as another process reads it.
    pub fn read(node: &Value) -> Option<Self> {
        let number = |name: &str| node.get("hashing")?.get(name);
        Some(Self {
            hashing_threads: number("lanes")?.as_u64()?,
            logins_per_second: tenth(number("per_second")?.as_f64()?),
            busy_percent: tenth(100.0 * number("busy_share")?.as_f64()?),
            logins_waiting: number("queued")?.as_u64()?,
        })
    }

    /// Each figure with its name, in words.
    pub fn in_words(&self) -> [(&'static str, String); 4] {
        let (per_second, busy) = (self.logins_per_second, self.busy_percent);
        [
            ("Hashing threads", self.hashing_threads.to_string()),
            ("Logins they can do in a second", format!("{per_second:.0}")),
            ("Busy in the last minute", format!("{busy:.0} %")),
            ("Logins that wait just now", self.logins_waiting.to_string()),
        ]
    }
}

fn tenth(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}
