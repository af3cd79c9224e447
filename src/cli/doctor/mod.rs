//! `gatepost doctor`: looks whether everything that a server needs is as it should be, and says what to do.
//!
//! It works beside a running server, which it asks through the public URL, and without one. It makes nothing: no folder, no
//! database, no key, and the account that it logs in with is gone at its end. Each check ends by itself, whatever hangs.

mod database;
mod folder;
mod login;
mod mail;
mod patience;
mod public;
mod replica;
mod report;
mod settings;

use clap::Args;
use rustix::fs::Mode;
use rustix::process::umask;
use tokio::runtime::Builder;

use super::args::{Format, Settings};
use super::failure::{Failure, Outcome};
use super::{block_on, logging};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::email_address::EmailAddress;

use patience::{PATIENCE, within};
use report::Report;

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Send a mail to this address, to see that it arrives
    #[arg(long, value_name = "ADDRESS")]
    mail_to: Option<String>,
    #[command(flatten)]
    format: Format,
}

/// Looks at everything, tells it, and fails when something has to be done before people can be served.
pub(super) fn run(settings: &Settings, args: &Doctor) -> Outcome {
    let to = args.mail_to.as_deref().map(EmailAddress::parse).transpose();
    let to = to.map_err(|reason| Failure::Usage(format!("--mail-to is no address: {reason}")))?;
    let mut report = Report::new(args.format.json);
    match settings.config() {
        Ok(config) => {
            logging::start_quietly(&config, settings.is_verbose())?;
            // What the database makes beside itself is for this user alone.
            umask(Mode::RWXG | Mode::RWXO);
            block_on(&mut Builder::new_current_thread(), async {
                examine(&config, to.as_ref(), &mut report).await;
                Ok(())
            })?;
        }
        Err(Failure::Failed(text)) => {
            report.fail("settings", text, "Correct the setting.");
        }
        Err(other) => return Err(other),
    }
    report.tell()
}

async fn examine(config: &Config, to: Option<&EmailAddress>, report: &mut Report) {
    settings::check(config, report);
    let has_key = folder::check(config, report);
    let is_current = database::check(config, report).await;
    replica::check(config, report).await;
    let app = if has_key && is_current {
        open(config, report).await
    } else {
        report.skip(
            "keys",
            "Not checked: it takes the master key and a database of this release.",
        );
        None
    };
    mail::check(config, to, report).await;
    let secrets = app.as_ref().map(|app| &app.secrets);
    let answers = public::check(config, secrets, report).await;
    match &app {
        Some(app) if answers => login::check(app, report).await,
        _ => report.skip(
            "login",
            "Not checked: it takes a server that answers, its database and its master key.",
        ),
    }
    if let Some(app) = app {
        app.close().await;
    }
}

/// Opens everything as the server does, which reads the keys that sign tokens.
async fn open(config: &Config, report: &mut Report) -> Option<App> {
    let opening = Box::pin(App::open(config.clone(), Clock::system()));
    match within(PATIENCE, opening).await {
        Ok(app) => {
            report.ok("keys", "The master key opens the keys that sign tokens.");
            Some(app)
        }
        Err(error) => {
            report.fail(
                "keys",
                error,
                "Do what the text says, or look into the log of the database; the server does not start either.",
            );
            None
        }
    }
}
