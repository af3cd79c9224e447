//! Chain the entries: each gets its place and a digest over itself and the one before it.
//!
//! Not in the transaction of the act, where every log-in would wait for every other: a worker does it within a second.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::store;
use crate::app::App;
use crate::error::Result;

const POLL: Duration = Duration::from_secs(1);

/// Entries that are chained in one transaction.
const AT_ONCE: u32 = 500;

/// Chains entries until `stop` says so.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        let wait = match chain_some(&app).await {
            Ok(count) if count >= AT_ONCE => Duration::ZERO,
            Ok(_) => POLL,
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
    while chain_some(app).await? >= AT_ONCE {}
    Ok(())
}

async fn chain_some(app: &App) -> Result<u32> {
    if !store::is_any_loose(&app.db).await? {
        return Ok(0);
    }
    app.db
        .transaction(|tx| async move {
            // One node at a time: the others wait here, and then see the new end.
            store::hold_chain(&tx, app.clock.now()).await?;
            let (mut seq, mut previous) = store::find_end(&tx).await?;
            let mut count = 0;
            for entry in store::list_loose(&tx, AT_ONCE).await? {
                seq += 1;
                count += 1;
                let digest = entry.link(&previous, seq);
                store::set_place(&tx, entry.id, seq, &digest).await?;
                previous = digest.to_vec();
            }
            Ok(count)
        })
        .await
}

/// Erases personal facts that have been kept for as long as the settings say.
pub async fn purge(app: &App) -> Result<u64> {
    let before = app.clock.now().minus(app.config.audit.personal.get());
    Ok(store::erase_older(&app.db, before).await?)
}
