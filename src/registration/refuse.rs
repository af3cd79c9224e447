//! Refuse a registration: the limit by network, and what is written down about refusals.

use crate::accounts::{NewAccount, store as account_store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::http::Client;
use crate::limits::{self, Rate};

/// Counts a registration for the network of whoever asks, or refuses it.
pub(super) async fn limit(app: &App, client: &Client) -> Result<()> {
    let registration = &app.config.registration;
    let rate = Rate {
        most: registration.per_network,
        window: registration.window.get(),
    };
    let bucket = limits::bucket("register", &client.network().to_string());
    let now = app.clock.now();
    let limited = limits::require(app, &app.db, &bucket, rate).await;
    if let Err(Error::TryLater(Problem::TooManyRequests, _)) = &limited {
        // Once in a while: a flood must not become one of the audit log.
        let once = Rate { most: 1, ..rate };
        if limits::take(&app.db, &format!("{bucket}:noted"), once, now).await? {
            let note = audit::note(Event::LimitReached, client).refused("register");
            note.write(app, &app.db).await?;
        }
    }
    limited
}

/// Writes down what a registration was refused for. The limit by network bounds how much that can be.
pub(super) async fn note(
    app: &App,
    client: &Client,
    (new, problem): (&NewAccount, Problem),
) -> Result<()> {
    let note = audit::note(Event::RegistrationRefused, client).refused(problem.code());
    let note = note.personal("email", new.email.as_str());
    let note = if problem == Problem::EmailTaken {
        note.on(account_store::find_by_email(&app.db, &new.email.key()).await?)
    } else {
        note
    };
    note.write(app, &app.db).await
}

/// Writes down that a link for the first administrator did not work: once in a while for each network.
pub(super) async fn note_claim(app: &App, client: &Client) -> Result<()> {
    let bucket = limits::bucket("claims_refused", &client.network().to_string());
    let rate = Rate {
        most: app.config.login.failures_per_network,
        window: app.config.login.failures_window.get(),
    };
    if !limits::take(&app.db, &bucket, rate, app.clock.now()).await? {
        return Ok(());
    }
    let note = audit::note(Event::ServerClaimed, client).refused("invalid_token");
    note.write(app, &app.db).await
}
