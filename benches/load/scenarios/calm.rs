//! A cheap read, offered a hundred times a second: while nothing else happens, and while 64 logins take every core.

use std::time::Duration;

use super::asked::{Asked, logins, reads};
use super::stage::Stage;
use crate::Result;
use crate::http::{Offered, Repeat, Rounds, closed, offer};
use crate::measure::Schedule;
use crate::report::{Figure, Latency};
use crate::subject::Server;

/// Reads that are offered a second.
const OFFERED: f64 = 100.0;
/// Logins at the same time.
const LOGINS: usize = 64;

/// Measures both: the calm before the logins and the one after them, because the machine's own changes within minutes.
pub async fn run(stage: &mut Stage<'_>, server: &Server, asked: &dyn Asked) -> Result<()> {
    let reads = reads(server, asked, 16).await?;
    let lasting = stage.rounds().counted * 2;
    let schedule = Schedule {
        rate: OFFERED,
        lasting,
    };
    let calm = async || {
        tokio::time::sleep(Duration::from_millis(500)).await;
        offer(server.address, schedule, (reads.clone(), 200)).await
    };
    let mut quiet = calm().await?;

    let actors = Repeat::together(logins(asked, stage.accounts), LOGINS);
    let rounds = Rounds {
        warm: Duration::from_secs(1),
        counted: lasting,
    };
    let logins = tokio::spawn(closed(server.address, actors, rounds));
    tokio::time::sleep(rounds.warm).await;
    let busy = offer(server.address, schedule, (reads.clone(), 200)).await?;
    let logins = logins.await??;
    quiet.merge(&calm().await?);
    stage.add(figure("calm", &quiet))?;
    let figure = figure("under 64 logins", &busy);
    stage.add(figure.noting(format!("beside {:.1} logins/s", logins.rate())))
}

/// The 99th percentile is the figure; the others stand beside it.
fn figure(case: &str, offered: &Offered) -> Figure {
    let latency = Latency::from(&offered.latency);
    let late = offered.late.quantile(0.99).as_secs_f64() * 1000.0;
    Figure {
        failed: offered.failed,
        latency: Some(latency),
        ..Figure::of("calm", case, latency.p99, "ms p99")
    }
    .noting(format!("the generator itself was {late:.2} ms late at p99"))
}
