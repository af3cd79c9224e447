//! Throttle: failed logins are counted by network and over all, so that guessing over many accounts comes to an end.
//!
//! The counts are in the database: all nodes share them. A browser that has logged in before is let through, because
//! its own few tries are counted apart: nobody shuts an owner out by failing beside him.

use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::http::Client;
use crate::limits::{self, Rate};

/// Refusals of one cause that are written down within a window. A flood of them must not fill the audit log.
const NOTED: u32 = 200;

/// What is counted.
#[derive(Debug, Clone, Copy)]
enum Limit {
    Network,
    Overall,
}

impl Limit {
    /// The one that everybody's failures go to comes last: whoever counts holds its row only to the end of his transaction.
    const ALL: [Self; 2] = [Self::Network, Self::Overall];

    /// The setting.
    fn name(self) -> &'static str {
        match self {
            Self::Network => "login.failures_per_network",
            Self::Overall => "login.failures_overall",
        }
    }

    fn rate(self, app: &App) -> Rate {
        let login = &app.config.login;
        let most = match self {
            Self::Network => login.failures_per_network,
            Self::Overall => login.failures_overall,
        };
        Rate {
            most,
            window: login.failures_window.get(),
        }
    }

    fn bucket(self, client: &Client) -> String {
        match self {
            // The network of the connection or of what a trusted proxy says: a header of the caller's own making names
            // nothing here (CVE-2026-45364).
            Self::Network => limits::bucket("failed logins", &client.network().to_string()),
            Self::Overall => limits::bucket("failed logins", "overall"),
        }
    }
}

/// Refuses who has to wait, before anything is hashed. Counts nothing.
pub async fn admit(app: &App, client: &Client, is_known_device: bool) -> Result<()> {
    if is_known_device {
        return Ok(());
    }
    let counted = Limit::ALL.map(|limit| (limit.bucket(client), limit.rate(app)));
    let buckets = counted
        .each_ref()
        .map(|(bucket, rate)| (bucket.as_str(), *rate));
    let waits = limits::waits(&app.db, buckets, app.clock.now()).await?;
    for ((limit, (bucket, _)), wait) in Limit::ALL.into_iter().zip(&counted).zip(waits) {
        if let Some(wait) = wait {
            note_refusal(app, client, limit).await?;
            return Err(limits::refused(app, bucket, wait));
        }
    }
    Ok(())
}

/// Counts a failed login, in the transaction that writes it down.
pub async fn count(app: &App, tx: &Tx, client: &Client) -> Result<()> {
    for limit in Limit::ALL {
        let (bucket, rate) = (limit.bucket(client), limit.rate(app));
        // Full already, by those who were looked at in the same moment: then it stays full.
        limits::take(tx, &bucket, rate, app.clock.now()).await?;
    }
    Ok(())
}

/// Writes down that a limit refuses: once in a window that it does, and the refusals as long as they are not a flood.
async fn note_refusal(app: &App, client: &Client, limit: Limit) -> Result<()> {
    let about = format!("{} {}", limit.name(), client.network());
    if !is_worth_noting(app, &about).await? {
        return Ok(());
    }
    let (about, now) = (&about, app.clock.now());
    app.db
        .transaction(|tx| async move {
            if !take_note(app, &tx, about, now).await? {
                return Ok(());
            }
            let first = match limit {
                Limit::Network => limits::bucket("limit reached", about),
                Limit::Overall => limits::bucket("limit reached", limit.name()),
            };
            let once = Rate {
                most: 1,
                window: app.config.login.failures_window.get(),
            };
            if limits::take(&tx, &first, once, now).await? {
                let note = audit::note(Event::LimitReached, client);
                note.with("limit", limit.name()).write(app, &tx).await?;
            }
            let note = audit::note(Event::Login, client).refused("too_many");
            note.with("limit", limit.name()).write(app, &tx).await
        })
        .await
}

/// Whether one more refusal about the same is to be written down. Only reads, so that a flood costs little.
pub async fn is_worth_noting(app: &App, about: &str) -> Result<bool> {
    let bucket = limits::bucket("refusals noted", about);
    limits::has_room(&app.db, &bucket, noted(app), app.clock.now()).await
}

/// Counts a refusal that is about to be written down; `false` when others were faster.
pub async fn take_note(app: &App, tx: &Tx, about: &str, now: Timestamp) -> Result<bool> {
    limits::take(
        tx,
        &limits::bucket("refusals noted", about),
        noted(app),
        now,
    )
    .await
}

fn noted(app: &App) -> Rate {
    Rate {
        most: NOTED,
        window: app.config.login.failures_window.get(),
    }
}
