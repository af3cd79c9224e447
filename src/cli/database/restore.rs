//! `gatepost restore`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::progress::Progress;
use super::{KEY_MESSAGE, key_place, master_key, outcome, seconds};
use crate::audit::{self, Head};
use crate::cli::args::Format;
use crate::cli::data_folder;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output::{self, plain};
use crate::config::Config;
use crate::db::Fault;
use crate::db::copy::{self, BackupFile, Copied};

#[derive(Debug, Args)]
pub(in crate::cli) struct Restore {
    /// The backup, as `gatepost backup` has written it
    file: PathBuf,
    /// Only look whether the backup is whole; nothing is restored
    #[arg(long, conflicts_with_all = ["force", "other_key"])]
    verify: bool,
    /// Replace everything that the database holds
    #[arg(long)]
    force: bool,
    /// Restore although the master key here is not the one of the backup
    #[arg(long)]
    other_key: bool,
    #[command(flatten)]
    format: Format,
}

/// Verifies the backup and fills the database of the settings from it.
pub(super) async fn run(config: &Config, args: &Restore) -> Outcome {
    let begun = Instant::now();
    let backup = BackupFile::open(&args.file).await.map_err(failed)?;
    let key = if args.verify {
        Ok(())
    } else {
        check_key(config, &backup, args.other_key)?
    };
    let tables = verify(&backup).await?;
    if args.verify {
        return tell_verified(&backup, &tables, args);
    }
    data_folder::prepare(config)?;
    let to = (&config.database(), args.force);
    let mut progress = Progress::new("Restoring");
    let scratch = config.data.as_path();
    let report = copy::restore(&backup, to, scratch, &mut |step| progress.show(step)).await;
    drop(progress);
    let report = report.map_err(failed)?;
    let taken = seconds(begun);
    if let Err(advice) = key {
        output::complain(&advice);
    }
    if args.format.json {
        let more = json!({"file": args.file, "made_at": backup.fact("made_at"), "seconds": taken});
        return output::json(&outcome::object(&report, more));
    }
    output::say(&format!(
        "{} were restored in {taken} s, as they were at {}.\n\
         Sessions and mails that waited are those of that moment too: `DELETE /sessions` as an administrator logs \
         everybody out.",
        outcome::amount(&report),
        plain(backup.fact("made_at").unwrap_or("an unknown time")),
    ))
}

/// The pages, every row, and the chain of the audit log.
async fn verify(backup: &BackupFile) -> Outcome<Vec<Copied>> {
    let mut progress = Progress::new("Checking");
    let verified = backup.verify(&mut |step| progress.show(step)).await;
    drop(progress);
    let tables = verified.map_err(failed)?;
    let head = backup.fact("audit_head").and_then(|head| head.parse().ok());
    let head: Head = head.ok_or_else(|| {
        Failure::Failed("the backup does not say where its audit log ends".into())
    })?;
    let verified = audit::verify_in(backup, Some(head)).await?;
    verified.map_err(|broken| {
        Failure::Failed(format!("the audit log in the backup is broken at {broken}"))
    })?;
    Ok(tables)
}

/// Refuses another master key than that of the backup; none at all is an advice, because the start will ask for it.
fn check_key(config: &Config, backup: &BackupFile, other: bool) -> Outcome<Result<(), String>> {
    let place = plain(&key_place(config));
    let Ok(key) = master_key(config) else {
        return Ok(Err(format!(
            "put the master key of the backup into {place} before you start the server"
        )));
    };
    let Some(code) = backup.fact("master_key_code") else {
        return Ok(Ok(()));
    };
    if other || key.is_signed(KEY_MESSAGE, code) {
        return Ok(Ok(()));
    }
    Err(Failure::Failed(format!(
        "the master key in {place} is not the one of the backup: put the right one there first. If it is lost, \
         --other-key restores all the same; docs/backup.md says what is lost then"
    )))
}

fn tell_verified(backup: &BackupFile, tables: &[Copied], args: &Restore) -> Outcome {
    let rows: u64 = tables.iter().map(|table| table.rows).sum();
    let made_at = backup.fact("made_at");
    if args.format.json {
        return output::json(&json!({"file": args.file, "made_at": made_at, "rows": rows,
            "audit_head": backup.fact("audit_head"), "tables": tables}));
    }
    output::say(&format!(
        "The backup of {} is whole: {} rows in {} tables, and the audit log as it was written.",
        plain(made_at.unwrap_or("an unknown time")),
        outcome::grouped(rows),
        tables.len()
    ))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands in `map_err`, which hands the fault over"
)]
fn failed(fault: Fault) -> Failure {
    Failure::Failed(fault.to_string())
}
