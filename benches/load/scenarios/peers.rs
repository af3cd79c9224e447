//! The peers, each through the scenarios that it has. Its logins are held against its own hash on all cores.

use std::time::Duration;

use super::asked::Asked;
use super::stage::Stage;
use super::start::median;
use super::{Scenario, calm, login, memory, people, read};
use crate::Result;
use crate::args::Args;
use crate::http::{Repeat, closed};
use crate::report::{Figure, Outcome};
use crate::subject::{Kind, Peer, client_token};

/// Accounts where their number does not matter: their hashes alone would take minutes.
const ACCOUNTS: u64 = 1000;
/// Starts, of which the middle one counts.
const STARTS: usize = 3;

/// Measures all of them.
pub async fn run_all(args: &Args, outcome: &mut Outcome) -> Result<()> {
    for which in Peer::ALL {
        let peer = Peer::fresh(which, &args.out)?;
        let is_named = |name: &String| peer.name().contains(name.as_str());
        if !args.peer.is_empty() && !args.peer.iter().any(is_named) {
            continue;
        }
        outcome
            .machine
            .versions
            .push((peer.name(), peer.version()?));
        let mut stage = Stage {
            args,
            subject: peer.name(),
            database: peer.database().into(),
            accounts: ACCOUNTS,
            outcome,
        };
        if args.wants(Scenario::Start) {
            start(&mut stage, which).await?;
        }
        peer.seed(ACCOUNTS)?;
        for scenario in [
            Scenario::Memory,
            Scenario::Login,
            Scenario::Read,
            Scenario::Refresh,
            Scenario::Calm,
        ] {
            // One that fails is a finding, and the others are measured all the same.
            if args.wants(scenario)
                && let Err(error) = measure(&mut stage, &peer, scenario).await
            {
                let text = format!("{scenario:?} did not finish: {error}");
                stage.add(Figure::of("failed", text, 0.0, ""))?;
            }
        }
        if args.wants(Scenario::People) {
            lists(&mut stage, which).await?;
        }
    }
    Ok(())
}

async fn measure(stage: &mut Stage<'_>, peer: &Peer, scenario: Scenario) -> Result<()> {
    let server = peer.start().await?;
    match scenario {
        Scenario::Read => read::run(stage, &server, peer).await?,
        Scenario::Refresh if peer.kind == Kind::OidcProvider => {
            let actors = Repeat::together(vec![client_token()], 64);
            let round = closed(server.address, actors, stage.rounds()).await?;
            let figure = Figure::of_round("refresh", "client credentials, 64 at a time", &round);
            stage.add(figure.noting("nothing is written to a disk"))?;
        }
        Scenario::Memory if peer.has_logins() => memory::run(stage, &server, peer).await?,
        Scenario::Calm if peer.has_logins() => calm::run(stage, &server, peer).await?,
        Scenario::Login if peer.has_logins() => {
            for callers in [1, 8, 64] {
                let limit = hashes(stage, peer)?;
                let rounds = stage.rounds().for_turns(callers as f64 / limit);
                let round = login::round(&server, peer, (stage.accounts, callers), rounds).await?;
                let limit = f64::midpoint(limit, hashes(stage, peer)?);
                stage.add(login::figure(callers, &round, limit))?;
            }
        }
        _ => {}
    }
    server.stop().await
}

/// Its own hash, by all cores together.
fn hashes(stage: &Stage<'_>, peer: &Peer) -> Result<f64> {
    let seconds = if stage.args.quick { 2 } else { 5 };
    peer.hashes(Duration::from_secs(seconds))
}

async fn start(stage: &mut Stage<'_>, which: (Kind, u32)) -> Result<()> {
    let (mut new, mut existing) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let peer = Peer::fresh(which, &stage.place())?;
        for times in [&mut new, &mut existing] {
            let server = peer.start().await?;
            times.push(server.ready_after.as_secs_f64() * 1000.0);
            server.stop().await?;
        }
    }
    stage.add(Figure::of("start", "new database", median(&mut new), "ms"))?;
    stage.add(Figure::of(
        "start",
        "existing database",
        median(&mut existing),
        "ms",
    ))
}

/// The first page of people, with as many as Gatepost was measured with, up to 100,000.
async fn lists(stage: &mut Stage<'_>, which: (Kind, u32)) -> Result<()> {
    for accounts in stage
        .args
        .sizes()
        .into_iter()
        .filter(|size| *size <= 100_000)
    {
        let peer = Peer::fresh(which, &stage.place())?;
        if peer.people("").is_none() {
            return Ok(());
        }
        peer.seed(accounts)?;
        stage.accounts = accounts;
        let server = peer.start().await?;
        people::first_page(stage, &server, &peer).await?;
        server.stop().await?;
    }
    stage.accounts = ACCOUNTS;
    Ok(())
}
