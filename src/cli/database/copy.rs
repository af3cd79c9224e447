//! `gatepost db copy`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::progress::Progress;
use super::{key_place, outcome, seconds};
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output::{self, plain};
use crate::config::{Config, DatabaseKind, DatabaseUrl, Raw, Setting};
use crate::db::copy;

/// An address with a password is better in a file: whoever lists the processes sees the arguments.
#[derive(Debug, Args)]
pub(in crate::cli) struct Copy {
    /// The database to copy, such as sqlite:data/gatepost.db; without it, that of the settings
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// A file with its address
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    from_file: Option<PathBuf>,
    /// The database to fill, such as `postgres://gatepost@db.example.com/gatepost`
    #[arg(long, value_name = "URL", required_unless_present = "to_file")]
    to: Option<String>,
    /// A file with its address
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    to_file: Option<PathBuf>,
    /// Replace everything that the database to fill holds
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    format: Format,
}

/// Copies, checks the copy, and says what is to be done next.
pub(super) async fn run(config: &Config, args: &Copy) -> Outcome {
    let begun = Instant::now();
    let from = place("--from", args.from.as_deref(), args.from_file.as_deref())?;
    let from = from.unwrap_or_else(|| config.database());
    let to = place("--to", args.to.as_deref(), args.to_file.as_deref())?;
    let to = to.ok_or_else(|| Failure::Usage("say where to copy to, with --to".into()))?;
    let mut progress = Progress::new("Copying");
    let report = copy::between(&from, &to, args.force, &mut |step| progress.show(step)).await;
    drop(progress);
    let report = report.map_err(|fault| Failure::Failed(fault.to_string()))?;
    let taken = seconds(begun);
    outcome::warn(&report);
    if report.has_changed {
        output::complain(
            "a server works with the original: what it has written since the copy began is not in it. For a move, stop the \
             server first and copy again with --force",
        );
    }
    if args.format.json {
        let more = json!({"seconds": taken, "source_in_use": report.has_changed});
        return output::json(&outcome::object(&report, more));
    }
    output::say(&format!(
        "{} were copied in {taken} s, and every table of the copy has the same rows.\n\
         The copy needs the same master key: {}.",
        outcome::amount(&report),
        plain(&key_place(config))
    ))
}

/// The database of an address that was given, or of one in a file.
fn place(option: &str, url: Option<&str>, file: Option<&Path>) -> Outcome<Option<DatabaseKind>> {
    let text = match (url, file) {
        (Some(url), _) => url.to_owned(),
        (None, Some(file)) => std::fs::read_to_string(file).map_err(|error| {
            Failure::Usage(format!("{option}-file {}: {error}", file.display()))
        })?,
        (None, None) => return Ok(None),
    };
    let url = DatabaseUrl::read(&Raw::Text(text))
        .ok()
        .filter(|url| !url.is_empty());
    let url = url.ok_or_else(|| {
        Failure::Usage(format!(
            "{option} wants sqlite:path/to/file.db or postgres://user@host/database"
        ))
    })?;
    Ok(Some(match url.sqlite_path() {
        Some(path) => DatabaseKind::Sqlite(path.into()),
        None => DatabaseKind::Postgres(url.expose().to_owned()),
    }))
}
