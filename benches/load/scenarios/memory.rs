//! Memory of the process: idle after its start, at most under 64 logins, and steady after work.

use std::time::Duration;

use super::asked::{Asked, logins, reads};
use super::stage::Stage;
use crate::Result;
use crate::http::{Repeat, closed};
use crate::report::Figure;
use crate::subject::Server;

/// Measures a server that was only just started.
pub async fn run(stage: &mut Stage<'_>, server: &Server, asked: &dyn Asked) -> Result<()> {
    tokio::time::sleep(Duration::from_secs(3)).await;
    note(stage, server, "idle")?;

    if asked.has_logins() {
        let actors = Repeat::together(logins(asked, stage.accounts), 64);
        closed(server.address, actors, stage.rounds()).await?;
        let peak = server.memory().peak;
        let case = "at most, under 64 logins";
        stage.add(Figure::of("memory", case, peak, "MiB"))?;
    }
    let reads = reads(server, asked, 64).await?;
    closed(server.address, Repeat::each(&reads, 64), stage.rounds()).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    note(stage, server, "steady, after logins and reads")
}

fn note(stage: &mut Stage<'_>, server: &Server, case: &str) -> Result<()> {
    let memory = server.memory();
    let note = format!("{:.1} MiB of it are no file", memory.own);
    stage.add(Figure::of("memory", case, memory.resident, "MiB").noting(note))
}
