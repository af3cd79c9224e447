//! The benchmark: starts the release binary on a fresh database, drives it, and holds each figure against what the
//! machine itself can do in the same run. `make bench`; `docs/benchmarks.md` has the results and how they are read.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "counts and times become figures with three digits"
)]

mod args;
mod http;
mod limits;
mod measure;
mod report;
mod scenarios;
mod subject;

use std::error::Error;
use std::process::ExitCode;

use crate::args::{Args, Mode};

/// What everything here answers: a fault ends the run.
pub type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// A fault in words.
pub fn fault<T>(text: impl Into<String>) -> Result<T> {
    Err(text.into().into())
}

fn main() -> ExitCode {
    let mode = args::read();
    let mut runtime = match &mode {
        // The limit may use every core, as Gatepost does. The generator keeps to one, so that it costs little.
        Mode::Bare { .. } => tokio::runtime::Builder::new_multi_thread(),
        Mode::Run(_) => tokio::runtime::Builder::new_current_thread(),
    };
    let done = runtime
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(mode)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(mode: Mode) -> Result<()> {
    match mode {
        Mode::Bare { address, database } => subject::serve_bare(address, database).await,
        Mode::Run(args) => bench(args).await,
    }
}

async fn bench(args: Args) -> Result<()> {
    let outcome = match &args.from {
        Some(path) => report::Outcome::read(path)?,
        None => scenarios::run_all(&args).await?,
    };
    report::write_all(&args, &outcome)
}
