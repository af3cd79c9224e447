//! What a login costs the server's processors, with few and with many accounts.
//!
//! The installations are measured by turns, so that a machine whose speed changes changes it for all of them.

use std::time::Duration;

use super::asked::{OfGatepost, logins};
use super::stage::Stage;
use super::start::median;
use crate::Result;
use crate::http::{Repeat, Rounds, closed};
use crate::report::Figure;
use crate::subject::{Gatepost, Server};

/// Logins at the same time.
const CALLERS: usize = 8;
/// How often each installation has its turn; the middle one counts.
const TURNS: usize = 5;

/// Measures them all.
pub async fn run(stage: &mut Stage<'_>, grown: &[(u64, Gatepost)]) -> Result<()> {
    let mut servers = Vec::new();
    for (accounts, gatepost) in grown {
        servers.push((*accounts, gatepost.start().await?, Vec::new()));
    }
    for turn in 0..=TURNS {
        for (accounts, server, costs) in &mut servers {
            let cost = cost(stage.rounds(), server, *accounts).await?;
            // The first turn warms up.
            if turn > 0 {
                costs.push(cost);
            }
        }
    }
    for (accounts, _, costs) in &mut servers {
        let cost = median(costs);
        stage.add(Figure::of("growth", "processor time of a login", cost, "ms").at(*accounts))?;
    }
    Ok(())
}

/// Milliseconds of processors for a login.
async fn cost(rounds: Rounds, server: &Server, accounts: u64) -> Result<f64> {
    // Other accounts at each turn, spread over all.
    let spread = (accounts / 1000).max(1);
    let requests: Vec<Vec<u8>> = logins(&OfGatepost, 1000)
        .into_iter()
        .zip(1..)
        .map(|(request, number): (Vec<u8>, u64)| match spread {
            1 => request,
            _ => Gatepost::login(
                &crate::subject::address_of(number * spread),
                crate::subject::PASSWORD,
            ),
        })
        .collect();
    let rounds = Rounds {
        warm: Duration::ZERO,
        counted: rounds.counted / 2,
    };
    let before = server.processor_time();
    let actors = Repeat::together(requests, CALLERS);
    let round = closed(server.address, actors, rounds).await?;
    let used = server.processor_time().saturating_sub(before);
    let logins = round.all().count().max(1);
    Ok(used.as_secs_f64() * 1000.0 / logins as f64)
}
