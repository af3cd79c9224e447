//! Roll up: the worker that turns what has happened into figures.
//!
//! Nothing is counted within a request: many log-ins at once would wait for one row. What is counted is kept anyway, by the
//! audit log and by the sessions; the worker notes how far it has come in the transaction that counts, so nothing is counted
//! twice and a restart loses nothing. On its first start it counts what is there already.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::{activity, events, snapshot};
use crate::app::App;
use crate::audit;
use crate::error::Result;

const EVERY: Duration = Duration::from_secs(5);

/// Rolls up until `stop` says so.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = Rounds::default();
    loop {
        let wait = match rounds.next(&app).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => EVERY,
            Err(error) => {
                tracing::warn!(?error, "the statistics cannot be rolled up");
                EVERY * 10
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(wait) => {}
        }
    }
}

/// The rounds of one worker, each of which goes on where the last one ended.
#[derive(Debug, Default)]
pub struct Rounds {
    activity: activity::Progress,
}

impl Rounds {
    /// Does a part of the work; answers whether there may be more.
    pub async fn next(&mut self, app: &App) -> Result<bool> {
        let has_more = events::count(app).await?;
        if !has_more {
            self.activity.count(app).await?;
            snapshot::count_at_times(app).await?;
        }
        Ok(has_more)
    }
}

/// Rolls up everything that has happened until now, for whoever cannot wait for the worker.
pub async fn roll_up(app: &App) -> Result<()> {
    audit::chain(app).await?;
    while events::count(app).await? {}
    activity::count(app).await?;
    snapshot::count(app).await
}
