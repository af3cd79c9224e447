//! Refreshes: 64 chains, each of a session of its own, each step a durable write; against the disk's durable commits.

use std::time::Duration;

use super::stage::Stage;
use crate::Result;
use crate::http::{Actor, Reply, closed};
use crate::limits;
use crate::report::Figure;
use crate::subject::{Database, Gatepost, Server, address_of, postgres_commits};

/// How many chains.
pub const CHAINS: u64 = 64;

/// A session whose tokens are renewed again and again.
pub struct Chain {
    token: String,
}

impl Chain {
    /// Begins by a login.
    pub async fn begin(server: &Server, number: u64) -> Result<Self> {
        let tokens = Gatepost::enter(server, &address_of(number)).await?;
        Ok(Self {
            token: tokens.refresh,
        })
    }
}

impl Actor for Chain {
    fn request(&mut self, out: &mut Vec<u8>) -> usize {
        out.extend(Gatepost::refresh(&self.token));
        0
    }

    fn accepts(&mut self, reply: &Reply<'_>) -> bool {
        let Some(tokens) = Gatepost::tokens(&reply.body).filter(|_| reply.status == 200) else {
            return false;
        };
        self.token = tokens.refresh;
        true
    }
}

/// Measures them.
pub async fn run(stage: &mut Stage<'_>, server: &Server, database: &Database) -> Result<()> {
    let mut chains = Vec::new();
    for number in 1..=CHAINS {
        chains.push(Chain::begin(server, number).await?);
    }
    let (before, is_durable) = commits(stage, database).await?;
    let round = closed(server.address, chains, stage.rounds()).await?;
    let (after, _) = commits(stage, database).await?;
    let mut figure = Figure::of_round("refresh", "64 at a time", &round);
    figure = figure.beside(
        "durable commits of one writer",
        f64::midpoint(before, after),
    );
    if !is_durable {
        figure = figure.noting("this PostgreSQL does not wait for its disk");
    }
    stage.add(figure)
}

/// Durable commits a second of a single writer, measured now, and whether they are: the disk is another one a minute later.
async fn commits(stage: &Stage<'_>, database: &Database) -> Result<(f64, bool)> {
    let lasting = stage.rounds().counted.min(Duration::from_secs(3));
    match database {
        Database::Sqlite => Ok((limits::sqlite_commits(&stage.place(), lasting)?, true)),
        Database::Postgres(url) => postgres_commits(url, lasting).await,
    }
}
