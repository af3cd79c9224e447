//! `gatepost audit`: the audit log, to read, to take out of the server, and to verify.

mod export;
mod filters;
mod list;
mod verify;

use clap::Subcommand;

use super::args::Settings;
use super::failure::Outcome;
use super::with_app;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AuditCommand {
    /// Show what has happened, the newest first
    List(list::List),
    /// Print every entry as a line of JSON, for keeping it elsewhere; with a filter only those that fit, for looking at them
    Export(export::Export),
    /// Verify that no entry was changed, taken out, put in or moved
    Verify(verify::Verify),
}

/// Does what was asked.
pub(super) fn run(settings: &Settings, command: AuditCommand) -> Outcome {
    match command {
        AuditCommand::List(args) => with_app(settings, async |app| list::run(app, &args).await),
        AuditCommand::Export(args) => with_app(settings, async |app| export::run(app, &args).await),
        // A file is verified anywhere: no settings, no database.
        AuditCommand::Verify(args) => match args.file() {
            Some(file) => verify::file(&args, file),
            None => with_app(settings, async |app| verify::database(app, &args).await),
        },
    }
}
