//! `gatepost audit export`.

use std::io::{BufWriter, ErrorKind, Write, stdout};
use std::path::PathBuf;

use clap::Args;

use super::filters::Filters;
use crate::app::App;
use crate::audit::{self, Actor};
use crate::cli::export_file::{Stopped, create};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::error::Error;
use crate::history::{self, AuditQuery, Kind};
use crate::http::input;
use crate::sessions::Admin;

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Write into this new file, which only its owner may read, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write a table for a spreadsheet; it cannot be verified
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    filters: Filters,
}

/// Prints the log, or what the filters find.
pub(super) async fn run(app: &App, args: &Export) -> Outcome {
    let Some(path) = &args.out else {
        // Whoever reads (`head`, a pager) may have enough before the end.
        return match write(app, args, stdout().lock()).await {
            Err(Stopped::NotWritten(ErrorKind::BrokenPipe, _)) | Ok(_) => Ok(()),
            Err(stopped) => Err(stopped.into_failure("the output")),
        };
    };
    let name = path.display().to_string();
    let file = create(path).map_err(|error| Failure::Failed(format!("{name}: {error}")))?;
    let count = write(app, args, &file)
        .await
        .map_err(|stopped| stopped.into_failure(&name))?;
    // What is said to be written is on the disk.
    file.sync_all()
        .map_err(|error| Failure::Failed(format!("{name} cannot be written: {error}")))?;
    output::say(&format!("{count} entries are in {}.", output::plain(&name)))
}

async fn write(app: &App, args: &Export, out: impl Write) -> Result<i64, Stopped> {
    let mut out = BufWriter::new(out);
    let fields = args.filters.fields();
    let count = if fields.is_empty() && !args.csv {
        write_chain(app, &mut out).await?
    } else {
        let query = input::judge_object(app, &fields).map_err(Stopped::Failed)?;
        write_found(app, (query, args.csv), &mut out).await?
    };
    match out.flush() {
        Ok(()) => Ok(count),
        Err(error) => Err(not_written(&error)),
    }
}

/// The whole log in the order of its chain, complete enough to be verified.
async fn write_chain(app: &App, out: &mut impl Write) -> Result<i64, Stopped> {
    let mut stopped = None;
    let by = Actor::operator();
    let exported = audit::export(app, &by, |line| {
        writeln!(out, "{line}").map_err(|error| {
            stopped = Some(not_written(&error));
            Error::Internal(error.to_string())
        })
    })
    .await;
    match stopped {
        Some(stopped) => Err(stopped),
        None => exported.map_err(Stopped::Failed),
    }
}

/// What fits, the newest first.
async fn write_found(
    app: &App,
    (query, csv): (AuditQuery, bool),
    out: &mut impl Write,
) -> Result<i64, Stopped> {
    let auditor = Admin::operator();
    let kind = if csv { Kind::Csv } else { Kind::Jsonl };
    let export = history::export(app, &auditor, (query, kind)).await;
    let mut export = export.map_err(Stopped::Failed)?;
    while let Some(piece) = export.next().await.map_err(Stopped::Failed)? {
        out.write_all(piece.as_bytes())
            .map_err(|error| not_written(&error))?;
    }
    Ok(export.count())
}

fn not_written(error: &std::io::Error) -> Stopped {
    Stopped::NotWritten(error.kind(), error.to_string())
}
