//! The scenarios: each a file, named as `--only` names it.

mod asked;
mod calm;
mod curve;
mod growth;
mod login;
mod memory;
mod mixed;
mod peers;
mod people;
mod read;
mod refresh;
mod stage;
mod start;
mod suite;

use clap::ValueEnum;

pub use asked::{Asked, Page};
pub use suite::run_all;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// From the start of the process to its first 200
    Start,
    /// Memory: idle, after work, and at most
    Memory,
    /// Logins, 1, 8, 64 and 512 at a time
    Login,
    /// The caller's own account, 64 at a time
    Read,
    /// The next tokens, 64 chains at a time
    Refresh,
    /// A cheap read while nothing else happens, and while 64 logins take every core
    Calm,
    /// 95 % reads, 4 % refreshes, 1 % logins
    Mixed,
    /// Latency over what is offered
    Curve,
    /// The list of people: first page, page 9,000, search
    People,
    /// What a login costs with few and with many accounts
    Growth,
}
