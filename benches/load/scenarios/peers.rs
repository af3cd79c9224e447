//! The peers, each through the scenarios that it has. Its logins are held against its own hash on all cores.

use std::time::Duration;

use super::asked::{Asked, Page};
use super::stage::Stage;
use super::start::median;
use super::{Scenario, calm, login, memory, mixed, people, read};
use crate::Result;
use crate::args::Args;
use crate::http::{Repeat, closed};
use crate::report::{FAILED, Figure, Outcome};
use crate::subject::{Kind, Peer, client_token};

/// Accounts where their number does not matter: their hashes alone would take minutes.
const ACCOUNTS: u64 = 1000;
/// How many log in at the same time, and for how many turns of all of them at least, not counted and counted: half a thousand
/// take a minute and more for one.
const LOGINS: [(usize, (f64, f64)); 4] = [
    (1, (4.0, 6.0)),
    (8, (4.0, 6.0)),
    (64, (4.0, 6.0)),
    (512, (1.0, 2.0)),
];
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
        if outcome.has(&peer.name(), peer.database()) {
            continue;
        }
        let version = peer.version()?;
        outcome.machine.note_version(&peer.name(), version);
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
            Scenario::Mixed,
            Scenario::People,
        ] {
            if !args.wants(scenario) {
                continue;
            }
            let done = match scenario {
                Scenario::Login => logins(&mut stage, &peer).await,
                Scenario::People => lists(&mut stage, which).await,
                _ => measure(&mut stage, &peer, scenario).await,
            };
            // One that fails is a finding, and the others are measured all the same.
            if let Err(error) = done {
                let text = format!("{scenario:?} did not finish: {error}");
                stage.add(Figure::of(FAILED, text, 0.0, ""))?;
            }
        }
    }
    Ok(())
}

async fn measure(stage: &mut Stage<'_>, peer: &Peer, scenario: Scenario) -> Result<()> {
    let server = peer.start().await?;
    match scenario {
        Scenario::Read => read::run(stage, &server, &peer.kind).await?,
        Scenario::Refresh if peer.kind == Kind::OidcProvider => {
            let actors = Repeat::together(vec![client_token()], 64);
            let round = closed(server.address, actors, stage.rounds()).await?;
            let figure = Figure::of_round("refresh", "64 at a time", &round);
            stage.add(figure.noting("client credentials, in memory"))?;
        }
        Scenario::Memory => memory::run(stage, &server, &peer.kind).await?,
        Scenario::Calm if peer.kind.has_logins() => calm::run(stage, &server, &peer.kind).await?,
        Scenario::Mixed if peer.kind.has_logins() => {
            let round = mixed::round(&server, peer.kind, stage.rounds()).await?;
            let hashes = hashes(stage, peer)?;
            mixed::note(stage, &round, hashes)?;
        }
        _ => {}
    }
    server.stop().await
}

/// A process for each number of callers: it may have a minute's work left over, which must not be in the next one's way.
async fn logins(stage: &mut Stage<'_>, peer: &Peer) -> Result<()> {
    if !peer.kind.has_logins() {
        return Ok(());
    }
    for (callers, turns) in LOGINS {
        let before = hashes(stage, peer)?;
        let rounds = stage.rounds_of(callers as f64 / before, turns);
        let server = peer.start().await?;
        let load = (stage.accounts, callers);
        let round = login::round(&server, &peer.kind, load, rounds).await?;
        // Killed: it would finish all that it has begun.
        drop(server);
        let limit = f64::midpoint(before, hashes(stage, peer)?);
        stage.add(login::figure(callers, &round, limit))?;
    }
    Ok(())
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

/// The list of people, with as many as Gatepost is measured with.
async fn lists(stage: &mut Stage<'_>, which: (Kind, u32)) -> Result<()> {
    if which.0.people("", Page::Behind(0)).is_none() {
        return Ok(());
    }
    for accounts in stage.args.sizes() {
        let peer = Peer::fresh(which, &stage.place())?;
        peer.seed(accounts)?;
        stage.accounts = accounts;
        people::run_alone(stage, peer.start().await?, &which.0).await?;
    }
    stage.accounts = ACCOUNTS;
    Ok(())
}
