//! Housekeeping: what nobody needs any more is deleted now and then.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::app::App;
use crate::error::Result;
use crate::{
    accounts, attempts, audit, devices, invitations, keys, leaving, limits, mail, recovery,
    sessions, verification,
};

/// The first round waits, so that a start costs nothing but the start.
const FIRST: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_mins(10);

/// Tidies up until `stop` says so.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut wait = FIRST;
    let mut is_settled = false;
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(wait) => {}
        }
        if !is_settled {
            is_settled = settle(&app).await;
        }
        tidy(&app).await;
        wait = EVERY;
    }
}

async fn tidy(app: &App) {
    note("accounts", leaving::purge(app).await);
    note("sessions", sessions::purge(app).await);
    note("login attempts", attempts::purge(app).await);
    note("verification links", verification::purge(app).await);
    note("links for new passwords", recovery::purge(app).await);
    note("invitations", invitations::purge(app).await);
    note("known devices", devices::purge(app).await);
    note("limits", limits::purge(app).await);
    note("personal details in the audit log", audit::purge(app).await);
    note("mails", mail::purge(app).await);
    note("signing keys", keys::purge(app).await);
}

/// Once after each start: by then no node of the release before runs any more, which did not count accounts.
async fn settle(app: &App) -> bool {
    match accounts::settle_total(app).await {
        Ok(0) => true,
        Ok(count) => {
            tracing::info!(
                count,
                "the kept number of accounts was wrong and is right again"
            );
            true
        }
        Err(error) => {
            tracing::error!(
                ?error,
                "the number of accounts cannot be compared with the table"
            );
            false
        }
    }
}

/// One that fails must not keep the others from being done; the next round tries again.
fn note(what: &str, outcome: Result<u64>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::debug!(count, "old {what} deleted"),
        Err(error) => tracing::error!(?error, "old {what} cannot be deleted"),
    }
}
