//! The database as a whole: backup, restore, and moving to another one.

mod backup;
mod copy;
mod outcome;
mod progress;
mod restore;

use std::time::Instant;

use clap::Subcommand;
use tokio::runtime::Builder;

use super::args::Settings;
use super::failure::{Failure, Outcome};
use super::{block_on, data_folder, logging};
use crate::config::Config;
use crate::crypto::MasterKey;

pub(super) use backup::Backup;
pub(super) use restore::Restore;

#[derive(Debug, Subcommand)]
pub(super) enum DbCommand {
    /// Copy everything into another database: from SQLite to PostgreSQL, back, or to another of the same kind
    Copy(copy::Copy),
}

/// What a backup has of the master key: a code that only this key can make, so that a restore knows it again.
const KEY_MESSAGE: &str = "backup: is this the master key?";

pub(super) fn backup(settings: &Settings, args: &Backup) -> Outcome {
    run(settings, async |config| backup::run(config, args).await)
}

pub(super) fn restore(settings: &Settings, args: &Restore) -> Outcome {
    run(settings, async |config| restore::run(config, args).await)
}

pub(super) fn db(settings: &Settings, command: DbCommand) -> Outcome {
    match command {
        DbCommand::Copy(args) => run(settings, async |config| copy::run(config, &args).await),
    }
}

/// Does work of the database alone: no keys are made and nothing is migrated on the way. Ctrl-C undoes it.
fn run(settings: &Settings, work: impl AsyncFnOnce(&Config) -> Outcome) -> Outcome {
    let config = settings.config()?;
    logging::start_quietly(&config, settings.is_verbose())?;
    data_folder::narrow();
    // Two threads: one end of a copy may work while the other does.
    block_on(Builder::new_multi_thread().worker_threads(2), async {
        tokio::select! {
            outcome = work(&config) => outcome,
            _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
        }
    })
}

/// The master key, if it is there; none is made.
fn master_key(config: &Config) -> Result<MasterKey, String> {
    MasterKey::load(config, true)
}

/// Where the master key is kept, for people.
fn key_place(config: &Config) -> String {
    if config.keys.secret.is_empty() {
        config.data.join("master.key").display().to_string()
    } else {
        "the setting keys.secret".into()
    }
}

/// Seconds since `begun`, with one digit behind the point.
fn seconds(begun: Instant) -> f64 {
    (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0
}
