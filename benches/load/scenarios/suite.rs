//! The whole run: every scenario that is wanted, on every database.

use std::path::PathBuf;
use std::process::Command;

use super::asked::OfGatepost;
use super::stage::Stage;
use super::{
    Scenario, calm, curve, growth, login, memory, mixed, peers, people, read, refresh, start,
};
use crate::args::{Args, Databases};
use crate::report::{Figure, Machine, Outcome};
use crate::subject::{Database, Gatepost, fill};
use crate::{Result, fault};

/// As the tables call it.
const GATEPOST: &str = "Gatepost";
/// Accounts where their number does not matter.
const ACCOUNTS: u64 = 1000;

/// Measures everything that the flags ask for.
pub async fn run_all(args: &Args) -> Result<Outcome> {
    std::fs::create_dir_all(&args.out)?;
    let mut outcome = if args.go_on {
        Outcome::broken_off(&args.out.join("result.json"), args.quick)?
    } else {
        Outcome {
            machine: Machine::here(),
            quick: args.quick,
            figures: Vec::new(),
        }
    };
    let machine = &mut outcome.machine;
    machine.ask_version(GATEPOST, Command::new(Gatepost::binary()).arg("--version"));
    machine.ask_version("PostgreSQL", Command::new("postgres").arg("--version"));
    for database in databases(args)? {
        if outcome.has(GATEPOST, database.name()) {
            continue;
        }
        let mut stage = Stage {
            args,
            subject: GATEPOST.into(),
            database: database.name().into(),
            accounts: ACCOUNTS,
            outcome: &mut outcome,
        };
        if database == Database::Sqlite {
            binary_size(&mut stage)?;
        }
        small(&mut stage, &database).await?;
        large(&mut stage, &database).await?;
    }
    if args.peers {
        peers::run_all(args, &mut outcome).await?;
    }
    Ok(outcome)
}

fn databases(args: &Args) -> Result<Vec<Database>> {
    let server = std::env::var("GATEPOST_TEST_POSTGRES").ok();
    let postgres = server.map(Database::Postgres);
    match (args.database, postgres) {
        (Databases::Sqlite, _) => Ok(vec![Database::Sqlite]),
        (Databases::Postgres, Some(postgres)) => Ok(vec![postgres]),
        (Databases::Both, Some(postgres)) => Ok(vec![Database::Sqlite, postgres]),
        (_, None) => fault(
            "GATEPOST_TEST_POSTGRES names no server; run this by scripts/bench.sh, or with --database sqlite",
        ),
    }
}

fn binary_size(stage: &mut Stage<'_>) -> Result<()> {
    if !stage.args.wants(Scenario::Start) {
        return Ok(());
    }
    let path: PathBuf = Gatepost::binary();
    let bytes = std::fs::metadata(&path)?.len() as f64;
    stage.add(Figure::of(
        "size",
        "release binary",
        bytes / 1024.0 / 1024.0,
        "MiB",
    ))
}

/// What needs few accounts. Each scenario has a process of its own.
async fn small(stage: &mut Stage<'_>, database: &Database) -> Result<()> {
    if stage.args.wants(Scenario::Start) {
        start::run_new(stage, database).await?;
    }
    let gatepost = installation(stage, database).await?;
    if stage.args.wants(Scenario::Start) {
        start::run_existing(stage, &gatepost).await?;
    }
    let all = [
        Scenario::Memory,
        Scenario::Login,
        Scenario::Read,
        Scenario::Refresh,
        Scenario::Calm,
        Scenario::Mixed,
        Scenario::Curve,
    ];
    for scenario in all.into_iter().filter(|one| stage.args.wants(*one)) {
        let server = gatepost.start().await?;
        let asked = &OfGatepost;
        match scenario {
            Scenario::Memory => memory::run(stage, &server, asked).await?,
            Scenario::Login => login::run(stage, &server, asked).await?,
            Scenario::Read => read::run(stage, &server, asked).await?,
            Scenario::Refresh => refresh::run(stage, &server, database).await?,
            Scenario::Calm => calm::run(stage, &server, asked).await?,
            Scenario::Mixed => mixed::run(stage, &server).await?,
            _ => curve::run(stage, &server, asked).await?,
        }
        server.stop().await?;
    }
    Ok(())
}

/// What depends on how many accounts there are: an installation for each number of them.
async fn large(stage: &mut Stage<'_>, database: &Database) -> Result<()> {
    let wants = |scenario| stage.args.wants(scenario);
    if !wants(Scenario::People) && !wants(Scenario::Growth) {
        return Ok(());
    }
    let mut grown = Vec::new();
    for accounts in stage.args.sizes() {
        stage.accounts = accounts;
        grown.push((accounts, installation(stage, database).await?));
    }
    // Before anybody searches: PostgreSQL goes on with a search when the server that asked has stopped.
    if stage.args.wants(Scenario::Start)
        && let Some((_, largest)) = grown.last()
    {
        start::run_existing(stage, largest).await?;
    }
    if stage.args.wants(Scenario::People) {
        people::run(stage, &grown).await?;
    }
    if stage.args.wants(Scenario::Growth) {
        growth::run(stage, &grown).await?;
    }
    stage.accounts = ACCOUNTS;
    Ok(())
}

/// An installation with as many accounts as the stage has.
async fn installation(stage: &Stage<'_>, database: &Database) -> Result<Gatepost> {
    let gatepost = Gatepost::fresh(&stage.place(), database).await?;
    let db = gatepost.open_database().await?;
    fill(&db, 0, stage.accounts).await?;
    db.close().await;
    Ok(gatepost)
}
