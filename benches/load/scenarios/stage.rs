//! Where a scenario plays: what it measures, how long, and where its figures go.

use std::path::PathBuf;
use std::time::Duration;

use argon2_kernel::Kernel;

use crate::Result;
use crate::args::Args;
use crate::http::Rounds;
use crate::limits;
use crate::report::{Figure, Outcome};

/// One subject on one database.
pub struct Stage<'a> {
    /// The flags.
    pub args: &'a Args,
    /// What is measured, as the tables call it.
    pub subject: String,
    /// Where it keeps accounts, as the tables call it.
    pub database: String,
    /// How many accounts there are.
    pub accounts: u64,
    /// What was found so far.
    pub outcome: &'a mut Outcome,
}

impl Stage<'_> {
    /// The folder for databases: on the same disk as everything that is built, and not in memory.
    pub fn place(&self) -> PathBuf {
        self.args.out.clone()
    }

    /// How long a round lasts.
    pub fn rounds(&self) -> Rounds {
        self.args.rounds()
    }

    /// The same where a turn of every caller takes so many seconds, which may be longer; `turns` are those that are not
    /// counted, and those that are. A quick run does not wait for them.
    pub fn rounds_of(&self, seconds: f64, turns: (f64, f64)) -> Rounds {
        if self.args.quick {
            return self.rounds();
        }
        self.rounds().for_turns(seconds, turns)
    }

    /// Keeps a figure and shows it.
    pub fn add(&mut self, mut figure: Figure) -> Result<()> {
        figure.subject.clone_from(&self.subject);
        figure.database.clone_from(&self.database);
        if figure.accounts == 0 {
            figure.accounts = self.accounts;
        }
        eprintln!(
            "{:14} {:10} {:8} {:34} {:>12.3} {:5} {}",
            figure.subject,
            figure.database,
            figure.scenario,
            figure.case,
            figure.value,
            figure.unit,
            figure.note
        );
        self.outcome.figures.push(figure);
        // A run that is broken off has its figures all the same.
        self.outcome.write(&self.args.out.join("result.json"))
    }

    /// Hashes a second of all cores with the kernel that Gatepost uses here, measured now: a noisy machine is another one a
    /// minute later.
    pub async fn hash_limit(&self) -> Result<f64> {
        self.hashes(Kernel::best()).await
    }

    /// The same with this kernel.
    pub async fn hashes(&self, kernel: Kernel) -> Result<f64> {
        let lasting = if self.args.quick { 1000 } else { 3000 };
        // What the round before has left to do must not be in the way: PostgreSQL has some after log-ins.
        tokio::time::sleep(Duration::from_secs(3)).await;
        limits::hashes(kernel, Duration::from_millis(lasting))
    }
}
