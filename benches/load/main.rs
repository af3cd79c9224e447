//! The benchmark: the release binary under load, each figure beside its limit on this machine, measured in the same run.
//!
//! `make bench` runs all of it; `cargo bench --bench load -- --help` tells what can be chosen. What is measured, and how, stands
//! in `docs/benchmarks.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    missing_docs,
    reason = "a program for developers: what fails ends it, and figures are rounded"
)]

mod bare;
mod connection;
mod drive;
mod limits;
mod picture;
mod report;
mod scenarios;
mod seed;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use report::Report;

/// Measures Gatepost on this machine.
#[derive(Parser, Debug, Clone)]
struct Options {
    /// The program to measure.
    #[arg(long, default_value = "target/release/gatepost")]
    binary: PathBuf,
    /// A PostgreSQL database to measure on instead of SQLite; it is emptied first.
    #[arg(long, env = "GATEPOST_BENCH_POSTGRES")]
    postgres: Option<String>,
    /// Numbers of accounts for the lists.
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    accounts: Vec<u64>,
    /// Seconds for each figure.
    #[arg(long, default_value = "5")]
    seconds: u64,
    /// Only scenarios whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Where the table, the JSON file and the pictures go.
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// Serve the bare comparison program on this port (for the benchmark itself).
    #[arg(long, hide = true)]
    bare: Option<u16>,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    fn wants(&self, name: &str) -> bool {
        name.contains(&self.only)
    }
}

fn main() {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    if let Some(port) = options.bare {
        runtime.block_on(bare::serve(port));
        return;
    }
    let mut report = Report::new(&options);
    runtime.block_on(scenarios::run(&options, &mut report));
    report.write(&options.out);
}
