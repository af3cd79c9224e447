//! What a login costs the server's processors, with few and with many accounts.
//!
//! The installations are measured by turns, so that a machine whose speed changes changes it for all of them; and each in several
//! processes, because those of the same program differ by some per cent. A turn is a number of logins, not a time: none is then half
//! done when the processors' time is read.

use std::net::SocketAddr;

use tokio::task::JoinSet;

use super::stage::Stage;
use super::start::median;
use crate::http::Connection;
use crate::report::Figure;
use crate::subject::{Gatepost, PASSWORD, Server, address_of};
use crate::{Result, fault};

/// Logins at the same time.
const CALLERS: u64 = 8;
/// Processes that each installation has, one after the other.
const PROCESSES: u64 = 5;
/// How often each of them has its turn; the middle one of all counts.
const TURNS: u64 = 3;
/// Logins of each caller in a turn.
const LOGINS: u64 = 20;
/// The same in a quick run.
const QUICK_LOGINS: u64 = 2;

/// Measures them all.
pub async fn run(stage: &mut Stage<'_>, grown: &[(u64, Gatepost)]) -> Result<()> {
    let logins = if stage.args.quick {
        QUICK_LOGINS
    } else {
        LOGINS
    };
    let mut costs = vec![Vec::new(); grown.len()];
    for process in 0..PROCESSES {
        let mut servers = Vec::new();
        for (accounts, gatepost) in grown {
            servers.push((*accounts, gatepost.start().await?));
        }
        for turn in 0..=TURNS {
            let number = process * (TURNS + 1) + turn;
            for ((accounts, server), costs) in servers.iter().zip(&mut costs) {
                let cost = cost(server, *accounts, (number, logins)).await?;
                // The first turn warms up.
                if turn > 0 {
                    costs.push(cost);
                }
            }
        }
        for (_, server) in servers {
            server.stop().await?;
        }
    }
    for ((accounts, _), costs) in grown.iter().zip(&mut costs) {
        let cost = median(costs);
        stage.add(Figure::of("growth", "processor time of a login", cost, "ms").at(*accounts))?;
    }
    Ok(())
}

/// Milliseconds of processors for a login. Each turn has other accounts, and they are spread over all.
async fn cost(server: &Server, accounts: u64, (turn, logins): (u64, u64)) -> Result<f64> {
    let of_turn = CALLERS * logins;
    let spread = (accounts / (of_turn * PROCESSES * (TURNS + 1))).max(1);
    let mut callers = JoinSet::new();
    let before = server.processor_time();
    for caller in 0..CALLERS {
        let first = turn * of_turn + caller * logins;
        let numbers = (first..first + logins).map(|number| number * spread % accounts);
        callers.spawn(enter(server.address, numbers.collect()));
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    let used = server.processor_time().saturating_sub(before);
    Ok(used.as_secs_f64() * 1000.0 / of_turn as f64)
}

/// Logs in to these accounts, one after the other.
async fn enter(address: SocketAddr, numbers: Vec<u64>) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    for number in numbers {
        let request = Gatepost::login(&address_of(number), PASSWORD);
        let reply = connection.ask(&request).await?;
        if reply.status != 200 {
            return fault(format!("a login: {}", reply.in_words()));
        }
    }
    Ok(())
}
