//! Start: from the start of the process to its first 200, on a new database and on one that exists.

use super::stage::Stage;
use crate::Result;
use crate::report::Figure;
use crate::subject::{Database, Gatepost};

/// How often each is measured; the middle one counts.
const TIMES: usize = 7;

/// Starts on databases that did not exist.
pub async fn run_new(stage: &mut Stage<'_>, database: &Database) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let gatepost = Gatepost::fresh(&stage.place(), database).await?;
        let server = gatepost.start().await?;
        times.push(server.ready_after.as_secs_f64() * 1000.0);
        server.stop().await?;
    }
    stage.add(Figure::of(
        "start",
        "new database",
        median(&mut times),
        "ms",
    ))
}

/// Starts on the database that the installation has.
pub async fn run_existing(stage: &mut Stage<'_>, gatepost: &Gatepost) -> Result<()> {
    gatepost.start().await?.stop().await?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let server = gatepost.start().await?;
        times.push(server.ready_after.as_secs_f64() * 1000.0);
        server.stop().await?;
    }
    stage.add(Figure::of(
        "start",
        "existing database",
        median(&mut times),
        "ms",
    ))
}

/// The middle one.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
