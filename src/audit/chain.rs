//! Chain the entries: each gets its place and a digest over itself and the one before it.
//!
//! Not in the transaction of the act, where every log-in would wait for every other: a worker does it within a second.

use std::time::Duration;

use futures_util::future;
use tokio::sync::watch;
use tokio::time::sleep;

use super::store;
use crate::app::App;
use crate::error::Result;

const POLL: Duration = Duration::from_secs(1);

/// Entries that are chained in one transaction, and held in memory meanwhile.
const AT_ONCE: u16 = 100;

/// Chains entries until `stop` says so.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        let wait = match chain_some(&app).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(?error, "the audit log cannot be chained");
                POLL * 10
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(wait) => {}
        }
    }
}

/// Chains everything that has no place yet.
pub async fn chain(app: &App) -> Result<()> {
    while chain_some(app).await? {}
    Ok(())
}

/// Chains the oldest; answers whether there may be more.
async fn chain_some(app: &App) -> Result<bool> {
    if !store::is_any_loose(&app.db).await? {
        return Ok(false);
    }
    app.db
        .transaction(|tx| async move {
            // One node at a time: the others wait here, and then see the new end.
            store::hold_chain(&tx, app.clock.now()).await?;
            let (mut seq, mut previous) = store::find_end(&tx).await?;
            let entries = store::list_loose(&tx, u32::from(AT_ONCE)).await?;
            let places = entries.iter().map(|entry| {
                seq += 1;
                let digest = entry.link(&previous, seq);
                previous = digest.to_vec();
                store::set_place(&tx, entry.id, seq, digest)
            });
            // None needs the answer of another: one way to the database for all of them.
            let chained = tx.last(future::try_join_all(places)).await?.len();
            Ok(chained >= usize::from(AT_ONCE))
        })
        .await
}

/// Erases personal facts that have been kept for as long as the settings say.
pub async fn purge(app: &App) -> Result<u64> {
    let before = app.clock.now().minus(app.config.audit.personal.get());
    Ok(store::erase_older(&app.db, before).await?)
}
