//! The command line: the server, and the operations of the API for whoever sits at the machine.
//!
//! Exit codes: 0 done, 1 failed, 2 not understood. `args.rs` lists the commands; each has its file.

mod args;
mod audit;
mod data_folder;
mod database;
mod doctor;
mod export_file;
mod failure;
mod hash;
mod invitations;
mod keys;
mod logging;
mod mail;
mod manual;
mod migrate;
mod openapi;
mod output;
mod server;
mod settings;
mod stats;
mod system;
mod terminal;
mod transfer;
mod users;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use crate::app::App;
use crate::clock::Clock;

use args::{Cli, Command, Settings};
use failure::{Failure, Outcome};

/// Does what the arguments of this process ask for.
pub fn run() -> ExitCode {
    // What speaks TLS asks for a provider by no name; this one is the only one compiled in.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let outcome = match Cli::try_parse() {
        Ok(cli) => execute(cli),
        Err(refusal) => return answer(&refusal),
    };
    outcome.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}

fn execute(cli: Cli) -> Outcome {
    let settings = cli.settings;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => server::run(&settings),
        Command::Config(args) => settings::run(&settings, &args),
        Command::Doctor(args) => doctor::run(&settings, &args),
        Command::Migrate(format) => migrate::run(&settings, format),
        Command::Backup(args) => database::backup(&settings, &args),
        Command::Restore(args) => database::restore(&settings, &args),
        Command::Db(command) => database::db(&settings, command),
        Command::Openapi => openapi::run(),
        Command::Keys(command) => with_app(&settings, async |app| keys::run(app, command).await),
        Command::User(command) => with_app(&settings, async |app| users::run(app, command).await),
        Command::Invitation(command) => {
            with_app(&settings, async |app| invitations::run(app, command).await)
        }
        Command::Stats(args) => with_app(&settings, async |app| stats::run(app, &args).await),
        Command::System(format) => with_app(&settings, async |app| system::run(app, format).await),
        Command::Audit(command) => audit::run(&settings, command),
        Command::Mail(command) => with_app(&settings, async |app| mail::run(app, command).await),
        Command::Import(args) => {
            with_app(&settings, async |app| transfer::import(app, *args).await)
        }
        Command::Export(args) => {
            with_app(&settings, async |app| transfer::export(app, &args).await)
        }
        Command::Hash(command) => hash::run(&settings, command),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::man(),
    }
}

/// Prints what was asked of the parser itself (help, the version), or what it did not understand.
fn answer(refusal: &clap::Error) -> ExitCode {
    if !refusal.use_stderr() {
        // Whoever reads may have closed the pipe.
        let _ = refusal.print();
        return ExitCode::SUCCESS;
    }
    let text = refusal.render().to_string();
    let text = text
        .strip_prefix("error: ")
        .map_or_else(|| text.clone(), |text| format!("gatepost: {text}"));
    let _ = std::io::stderr().write_all(text.as_bytes());
    ExitCode::from(2)
}

/// Opens the application as the server would, beside a running one if there is one, and closes it again.
fn with_app(settings: &Settings, work: impl AsyncFnOnce(&App) -> Outcome) -> Outcome {
    let config = settings.config()?;
    logging::start_quietly(&config, settings.is_verbose())?;
    data_folder::prepare(&config)?;
    block_on(&mut Builder::new_current_thread(), async {
        let app = App::open(config, Clock::system())
            .await
            .map_err(Failure::Failed)?;
        let outcome = work(&app).await;
        app.close().await;
        outcome
    })
}

/// Runs `work` to its end.
fn block_on(builder: &mut Builder, work: impl Future<Output = Outcome>) -> Outcome {
    let runtime: Runtime = builder.enable_all().build().map_err(|error| {
        Failure::Failed(format!("the system gives no threads or no events: {error}"))
    })?;
    let outcome = runtime.block_on(work);
    // A question that nobody answered may still wait for its line; nobody waits for it.
    runtime.shutdown_background();
    outcome
}
