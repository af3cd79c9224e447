//! The flags.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::http::Rounds;
use crate::scenarios::Scenario;

/// What the program is started for.
pub enum Mode {
    /// To measure, or to write what was measured.
    Run(Args),
    /// To be the bare server that figures are held against.
    Bare {
        /// Where it listens.
        address: SocketAddr,
        /// Its file.
        database: PathBuf,
    },
}

/// Measures Gatepost, and holds each figure against what this machine can do.
#[derive(Debug, Clone, Parser)]
#[command(name = "bench")]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct Args {
    /// Short rounds and few accounts: shows that the harness works, not how fast anything is
    #[arg(long)]
    pub quick: bool,
    /// Only these scenarios
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<Scenario>,
    /// Where accounts are kept; PostgreSQL is the server that `GATEPOST_TEST_POSTGRES` names
    #[arg(long, value_enum, default_value = "both")]
    pub database: Databases,
    /// How many accounts there are when lists and logins are measured
    #[arg(long, value_delimiter = ',')]
    pub accounts: Vec<u64>,
    /// Measure what stands in benches/peers as well
    #[arg(long)]
    pub peers: bool,
    /// Of those, only the ones whose name contains this
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub peer: Vec<String>,
    /// Go on with the run that was broken off, as its folder has it: whoever is finished is not measured again
    #[arg(long)]
    pub go_on: bool,
    /// Folder for result.json, table.txt and the pictures
    #[arg(long, default_value = "target/bench")]
    pub out: PathBuf,
    /// Do not measure: take this result
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// The result of a run with --peers, for the page
    #[arg(long, value_name = "FILE")]
    pub beside: Option<PathBuf>,
    /// Write docs/benchmarks.md and its pictures as well
    #[arg(long)]
    pub docs: bool,
    /// Said by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

/// Which databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Databases {
    /// SQLite alone
    Sqlite,
    /// PostgreSQL alone
    Postgres,
    /// One after the other
    Both,
}

impl Args {
    /// How long a round lasts.
    pub fn rounds(&self) -> Rounds {
        let seconds = |warm, counted| Rounds {
            warm: Duration::from_millis(warm),
            counted: Duration::from_millis(counted),
        };
        if self.quick {
            seconds(300, 1500)
        } else {
            seconds(2000, 10_000)
        }
    }

    /// How many accounts there are, in the order in which they are put in.
    pub fn sizes(&self) -> Vec<u64> {
        let mut sizes = match (&self.accounts[..], self.quick) {
            ([], true) => vec![1000, 20_000],
            ([], false) => vec![1000, 100_000, 1_000_000],
            (chosen, _) => chosen.to_vec(),
        };
        sizes.sort_unstable();
        sizes
    }

    /// Whether a scenario is to be measured.
    pub fn wants(&self, scenario: Scenario) -> bool {
        self.only.is_empty() || self.only.contains(&scenario)
    }
}

/// Reads the command line.
pub fn read() -> Mode {
    let words: Vec<String> = std::env::args().collect();
    if let [_, word, address, database] = &words[..]
        && word == "bare"
        && let Ok(address) = address.parse()
    {
        let database = database.into();
        return Mode::Bare { address, database };
    }
    Mode::Run(Args::parse())
}
