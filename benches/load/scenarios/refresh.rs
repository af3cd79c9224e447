//! Refreshes: 64 chains, each of a session of its own, each step a durable write; against the disk's durable commits.

use std::time::Duration;

use super::asked::{Asked, OfGatepost, log_in};
use super::stage::Stage;
use crate::Result;
use crate::http::{Actor, Reply, closed};
use crate::limits;
use crate::report::Figure;
use crate::subject::{Database, Server, postgres_commits};

/// How many chains.
pub const CHAINS: u64 = 64;

/// A session whose tokens are renewed again and again.
pub struct Chain {
    request: Vec<u8>,
}

impl Chain {
    /// Begins by a login.
    pub async fn begin(server: &Server, number: u64) -> Result<Self> {
        let first = |reply: &Reply<'_>| OfGatepost.renewal(reply);
        Ok(Self {
            request: log_in(server, &OfGatepost, number, first).await?,
        })
    }
}

impl Actor for Chain {
    fn request(&mut self, out: &mut Vec<u8>) -> usize {
        out.extend_from_slice(&self.request);
        0
    }

    fn accepts(&mut self, reply: &Reply<'_>) -> bool {
        let Some(next) = OfGatepost.renewal(reply).filter(|_| reply.status == 200) else {
            return false;
        };
        self.request = next;
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
