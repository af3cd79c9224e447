//! `gatepost audit export`.

use std::io::{BufWriter, ErrorKind, Write, stdout};
use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::audit::{self, Actor};
use crate::cli::export_file::{Stopped, create};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::error::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Write into this new file, which only its owner may read, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prints the log.
pub(super) async fn run(app: &App, args: &Export) -> Outcome {
    let Some(path) = &args.out else {
        // Whoever reads (`head`, a pager) may have enough before the end.
        return match write(app, stdout().lock()).await {
            Err(Stopped::NotWritten(ErrorKind::BrokenPipe, _)) | Ok(_) => Ok(()),
            Err(stopped) => Err(stopped.into_failure("the output")),
        };
    };
    let name = path.display().to_string();
    let file = create(path).map_err(|error| Failure::Failed(format!("{name}: {error}")))?;
    let count = write(app, &file)
        .await
        .map_err(|stopped| stopped.into_failure(&name))?;
    // What is said to be written is on the disk.
    file.sync_all()
        .map_err(|error| Failure::Failed(format!("{name} cannot be written: {error}")))?;
    output::say(&format!("{count} entries are in {}.", output::plain(&name)))
}

async fn write(app: &App, out: impl Write) -> Result<i64, Stopped> {
    let mut out = BufWriter::new(out);
    let mut not_written = None;
    let by = Actor::operator();
    let exported = audit::export(app, &by, |line| {
        writeln!(out, "{line}").map_err(|error| {
            let text = error.to_string();
            not_written = Some(error);
            Error::Internal(text)
        })
    })
    .await;
    if let Some(error) = not_written {
        return Err(Stopped::NotWritten(error.kind(), error.to_string()));
    }
    let count = exported.map_err(Stopped::Failed)?;
    match out.flush() {
        Ok(()) => Ok(count),
        Err(error) => Err(Stopped::NotWritten(error.kind(), error.to_string())),
    }
}
