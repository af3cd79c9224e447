//! Logins: 1, 8, 64 and 512 at a time, each of another account, against the hashes that all cores reach together.

use argon2_kernel::Kernel;

use super::asked::{Asked, logins};
use super::stage::Stage;
use crate::Result;
use crate::http::{Repeat, Round, Rounds, closed};
use crate::report::Figure;
use crate::subject::Server;

/// How many log in at the same time.
const CALLERS: [usize; 4] = [1, 8, 64, 512];

/// In how many turns, before and after each of which the hashes are measured: they change by a tenth within a minute.
const TURNS: u32 = 5;

/// Measures them.
pub async fn run(stage: &mut Stage<'_>, server: &Server, asked: &dyn Asked) -> Result<()> {
    let whole = stage.rounds();
    let turn = Rounds {
        counted: whole.counted / TURNS,
        ..whole
    };
    for callers in CALLERS {
        let mut found = Round::default();
        let (mut before, mut limit) = (stage.hash_limit().await?, 0.0);
        for _ in 0..TURNS {
            found.merge(round(server, asked, (stage.accounts, callers), turn).await?);
            let after = stage.hash_limit().await?;
            limit += f64::midpoint(before, after) / f64::from(TURNS);
            before = after;
        }
        let common = stage.hashes(Kernel::RustCrypto).await?;
        let figure = figure(callers, &found, limit);
        stage.add(figure.noting(format!("the RustCrypto crate: {common:.0} hashes/s")))?;
    }
    Ok(())
}

/// One round of so many callers.
pub async fn round(
    server: &Server,
    asked: &dyn Asked,
    (accounts, callers): (u64, usize),
    rounds: Rounds,
) -> Result<Round> {
    let actors = Repeat::together(logins(asked, accounts.min(1000)), callers);
    closed(server.address, actors, rounds).await
}

/// Its figure, beside the hashes that all cores reach together.
pub fn figure(callers: usize, round: &Round, limit: f64) -> Figure {
    let figure = Figure::of_round("login", format!("{callers} at a time"), round)
        .beside("hashes of all cores", limit);
    match round.refused {
        0 => figure,
        refused => figure.noting(format!("{refused} were told to come back later")),
    }
}
