//! `gatepost export`.

use std::io::{BufWriter, ErrorKind, Write, stdout};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::tell;
use crate::app::App;
use crate::cli::args;
use crate::cli::export_file::{Stopped, create};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::error::Error;
use crate::sessions::Staff;
use crate::transfer::{self, Format};

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// A new file, which only its owner may read; without it, standard output
    file: Option<PathBuf>,
    /// How the accounts are written
    #[arg(long = "format", value_enum, default_value = "csv")]
    written: Written,
    /// With the hashes of the passwords, so that people can log in where the file is imported. Whoever has the file can try to guess the
    /// passwords, without this server knowing: keep it like the database itself, and delete it soon
    #[arg(long)]
    with_hashes: bool,
    #[command(flatten)]
    format: args::Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Written {
    /// A table with names of columns
    Csv,
    /// A JSON object a line
    Jsonl,
}

/// Writes every account.
pub(in crate::cli) async fn run(app: &App, args: &Export) -> Outcome {
    app.db.follow_replica().await.map_err(Failure::Failed)?;
    let Some(path) = &args.file else {
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
    if args.with_hashes {
        output::complain(&format!(
            "{name} has the hashes of all passwords: whoever has it can try to guess them. Delete it when it has served"
        ));
    }
    tell::exported(count, &name, args.format)
}

async fn write(app: &App, args: &Export, out: impl Write) -> Result<u64, Stopped> {
    let mut out = BufWriter::new(out);
    let mut not_written = None;
    let format = match args.written {
        Written::Csv => Format::Csv,
        Written::Jsonl => Format::Jsonl,
    };
    let what = (format, args.with_hashes);
    let exported = transfer::export(app, &Staff::operator(), what, |line| {
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
