//! Authenticated reads: the caller's own account, 64 at a time, each with a session of his own; against a bare route.

use super::asked::{Asked, reads};
use super::stage::Stage;
use crate::Result;
use crate::http::{Repeat, Request, closed};
use crate::report::Figure;
use crate::subject::{Bare, Server};

/// How many read at the same time.
pub const CALLERS: usize = 64;

/// Measures them.
pub async fn run(stage: &mut Stage<'_>, server: &Server, asked: &dyn Asked) -> Result<()> {
    let requests = reads(server, asked, CALLERS as u64).await?;
    let round = closed(
        server.address,
        Repeat::each(&requests, CALLERS),
        stage.rounds(),
    )
    .await?;
    let limit = bare(stage).await?;
    stage.add(Figure::of_round("read", "64 at a time", &round).beside("bare route", limit))
}

/// Reads a second of the bare route with a token check and one point read, under the same load.
async fn bare(stage: &Stage<'_>) -> Result<f64> {
    let bare = Bare::fresh(&stage.place())?;
    let server = bare.start().await?;
    let mut requests = Vec::new();
    for number in 0..CALLERS as u64 {
        requests.push(Request::get("/myaccount", Some(&Bare::token(number)?)));
    }
    let round = closed(
        server.address,
        Repeat::each(&requests, CALLERS),
        stage.rounds(),
    )
    .await?;
    Ok(round.rate())
}
