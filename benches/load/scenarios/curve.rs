//! Latency over what is offered, in the open loop: reads and logins, up to and beyond what the server can do.

use std::time::Duration;

use super::asked::{Asked, logins, reads};
use super::stage::Stage;
use crate::Result;
use crate::http::{Repeat, closed, offer};
use crate::measure::Schedule;
use crate::report::{Figure, Latency};
use crate::subject::Server;

/// What is offered, in parts of what 64 callers reach together.
const PARTS: [f64; 8] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1];

/// Measures both.
pub async fn run(stage: &mut Stage<'_>, server: &Server, asked: &dyn Asked) -> Result<()> {
    let reads = reads(server, asked, 64).await?;
    let logins = logins(asked, stage.accounts);
    for (name, requests) in [("reads", reads), ("logins", logins)] {
        let actors = Repeat::together(requests.clone(), 64);
        let most = closed(server.address, actors, stage.rounds()).await?.rate();
        for part in PARTS {
            let schedule = Schedule {
                rate: (most * part).max(1.0),
                lasting: stage.rounds().counted / 2,
            };
            tokio::time::sleep(Duration::from_millis(500)).await;
            let offered = offer(server.address, schedule, (requests.clone(), 200)).await?;
            let case = format!("{name}, {:.0} % offered", part * 100.0);
            stage.add(Figure {
                failed: offered.failed,
                latency: Some(Latency::from(&offered.latency)),
                ..Figure::of("curve", case, schedule.rate, "/s")
            })?;
        }
    }
    Ok(())
}
