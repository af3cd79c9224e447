//! `gatepost backup`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::progress::Progress;
use super::{KEY_MESSAGE, key_place, master_key, outcome, seconds};
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output::{self, plain};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, DatabaseKind};
use crate::db::{Db, copy};
use crate::system;

#[derive(Debug, Args)]
pub(in crate::cli) struct Backup {
    /// The file to write, which only its owner may read
    file: PathBuf,
    /// Replace the file if it is there; never the database itself or the master key
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    format: Format,
}

/// Writes the backup, beside a running server or without one.
pub(super) async fn run(config: &Config, args: &Backup) -> Outcome {
    refuse_key(config, &args.file)?;
    let (begun, at) = (Instant::now(), Clock::system().now());
    let (from, mut progress) = (config.database(), Progress::new("Saving"));
    let facts = facts(config);
    let file = (args.file.as_path(), args.force);
    let report = copy::backup(&from, file, &facts, &mut |step| progress.show(step)).await;
    drop(progress);
    let report = report.map_err(|fault| Failure::Failed(fault.to_string()))?;
    note(config, at).await;
    let bytes = std::fs::metadata(&args.file).map_or(0, |found| found.len());
    let (taken, key) = (seconds(begun), key_place(config));
    outcome::warn(&report);
    if args.format.json {
        let more = json!({"file": args.file, "bytes": bytes, "seconds": taken,
            "master_key": {"included": false, "kept_in": key}});
        return output::json(&outcome::object(&report, more));
    }
    let (file, amount) = (args.file.display().to_string(), outcome::amount(&report));
    output::say(&format!(
        "{amount} are in {}, {} MB, in {taken} s.\n\
         The master key is not in it. Keep {} as well, in another place: without it nobody can log in with what the \
         backup holds until new signing keys are made, and mails that wait cannot be sent.",
        plain(&file),
        outcome::grouped(bytes.div_ceil(1_000_000)),
        plain(&key)
    ))
}

/// Even `--force` must not put a backup in the place of the master key.
fn refuse_key(config: &Config, file: &Path) -> Outcome {
    if !copy::is_same_file(file, &config.data.join("master.key")) {
        return Ok(());
    }
    Err(Failure::Failed(format!(
        "{} is the place of the master key: choose another name",
        file.display()
    )))
}

/// Notes in the database that there is a backup, for whoever asks how the server is. From a copy that only reads, or one of an older
/// release, a backup can be made all the same.
async fn note(config: &Config, at: Timestamp) {
    let opened = match config.database() {
        DatabaseKind::Sqlite(path) => Db::open_sqlite(&path),
        DatabaseKind::Postgres(url) => Db::open_postgres(&url, 1).await,
    };
    let Ok(db) = opened else { return };
    if let Err(fault) = system::set_backup(&db, at).await {
        tracing::info!(cause = %fault, "that there is a backup could not be noted in the database");
    }
    db.close().await;
}

/// What a restore will want to know.
fn facts(config: &Config) -> Vec<(&'static str, String)> {
    let engine = match config.database() {
        DatabaseKind::Sqlite(_) => "SQLite",
        DatabaseKind::Postgres(_) => "PostgreSQL",
    };
    let mut facts = vec![
        ("gatepost", env!("CARGO_PKG_VERSION").to_owned()),
        ("made_at", Clock::system().now().to_string()),
        ("engine", engine.to_owned()),
        ("master_key", key_place(config)),
    ];
    // Without the key at hand a backup is as good; a restore then cannot tell whether it has the right one.
    if let Ok(key) = master_key(config) {
        facts.push(("master_key_code", key.sign(KEY_MESSAGE)));
    }
    facts
}
