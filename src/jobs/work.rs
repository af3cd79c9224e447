//! The worker that does jobs.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;

use super::{place, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::JobId;

const POLL: Duration = Duration::from_secs(1);

/// Jobs that are done between two looks at whether to stop.
const AT_ONCE: u32 = 50;

/// Tries until a job is given up: with the pauses, about a day.
const TRIES: u32 = 20;

const LONGEST_PAUSE: Duration = Duration::from_hours(3);

/// What does the jobs of a kind, in their transaction.
pub type Handler = fn(App, Tx, Value) -> BoxFuture<'static, Result<()>>;

/// Every kind of job and what does it.
pub type Work = &'static [(&'static str, Handler)];

/// Does jobs until `stop` says so.
pub async fn run(app: App, work: Work, mut stop: watch::Receiver<bool>) {
    loop {
        let wait = match run_due(&app, work).await {
            Ok(count) if count >= AT_ONCE => Duration::ZERO,
            Ok(_) => POLL,
            Err(error) => {
                tracing::warn!(?error, "the jobs cannot be read");
                POLL * 10
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = app.bell.heard() => {}
            () = sleep(wait) => {}
        }
    }
}

/// Does what is due, up to a limit, and answers how many jobs that were.
pub async fn run_due(app: &App, work: Work) -> Result<u32> {
    let mut count = 0;
    for id in store::list_due(&app.db, app.clock.now(), AT_ONCE).await? {
        count += 1;
        // A job that panics must not end the worker, and with it all later jobs.
        let done = AssertUnwindSafe(run_one(app, work, id))
            .catch_unwind()
            .await;
        let done = done.unwrap_or_else(|_| Err(Error::Internal("a panic, see above".into())));
        if let Err(error) = done {
            tracing::warn!(job = %id, ?error, "a job failed");
            put_off(app, id).await?;
        }
    }
    Ok(count)
}

async fn run_one(app: &App, work: Work, id: JobId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            // Of two nodes one gets it.
            let Some((kind, sealed)) = store::take(&tx, id).await? else {
                return Ok(());
            };
            let plain = app.secrets.open(&place(id), &sealed).ok_or_else(|| {
                Error::Internal("a job was sealed under another master key".into())
            })?;
            let about = serde_json::from_slice(&plain)
                .map_err(|error| Error::Internal(error.to_string()))?;
            let handler = work.iter().find(|(name, _)| *name == kind);
            let (_, handler) =
                handler.ok_or_else(|| Error::Internal(format!("nobody does {kind} jobs")))?;
            handler(app.clone(), tx.clone(), about).await
        })
        .await
}

/// Tries again later, each time after a longer pause; in the end the job is given up.
async fn put_off(app: &App, id: JobId) -> Result<()> {
    let attempts = store::attempts(&app.db, id).await?.saturating_add(1);
    if attempts >= TRIES {
        tracing::error!(job = %id, attempts, "a job was given up");
        return Ok(store::delete(&app.db, id).await?);
    }
    let pause = Duration::from_secs(1 << attempts.min(14)).min(LONGEST_PAUSE);
    Ok(store::set_due(&app.db, id, attempts, app.clock.now().plus(pause)).await?)
}
