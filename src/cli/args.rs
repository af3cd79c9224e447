//! What can be typed: the commands and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use super::audit::AuditCommand;
use super::database::{Backup, DbCommand, Restore};
use super::doctor::Doctor;
use super::failure::{Failure, Outcome};
use super::hash::HashCommand;
use super::invitations::InvitationCommand;
use super::mail::MailCommand;
use super::stats::Stats;
use super::transfer::{Export, ImportArgs};
use super::users::UserCommand;
use crate::config::{self, Config, Loaded, Sources};

/// Accounts and login for anybody's application, in one binary
///
/// Without a command the server is started. It needs no settings; the place to begin is /docs.
#[derive(Debug, Parser)]
#[command(name = "gatepost", version)]
pub(super) struct Cli {
    #[command(flatten)]
    pub settings: Settings,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start the server (what happens without a command, too)
    Serve,
    /// Show the settings in force and where each comes from; secrets are masked
    Config(ConfigArgs),
    /// Look whether everything that a server needs is as it should be, and say what to do
    Doctor(Doctor),
    /// Bring the database up to this release, without starting the server
    Migrate(Format),
    /// Write all that the database holds into a file, beside a running server or without one
    Backup(Backup),
    /// Fill the database from a backup
    Restore(Restore),
    /// The database as a whole
    #[command(subcommand)]
    Db(DbCommand),
    /// Print the OpenAPI document
    Openapi,
    /// The keys that sign tokens
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The accounts of people
    #[command(subcommand)]
    User(UserCommand),
    /// People who are asked to come
    #[command(subcommand)]
    Invitation(InvitationCommand),
    /// What happens on the server, in numbers
    Stats(Stats),
    /// How the server and its database are just now
    System(Format),
    /// What has happened: the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Mails that wait, were sent or were given up
    #[command(subcommand)]
    Mail(MailCommand),
    /// Take over the accounts of another system, from its export or its database
    Import(Box<ImportArgs>),
    /// Write all accounts into a file that an import can read
    Export(Export),
    /// What hashing a password costs
    #[command(subcommand)]
    Hash(HashCommand),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// Print JSON
    #[arg(long, conflicts_with = "default")]
    pub json: bool,
    /// Print a settings file with every setting, its default and its meaning
    #[arg(long)]
    pub default: bool,
    /// Only what differs from the default
    #[arg(long, conflicts_with = "default")]
    pub changed: bool,
    /// Only settings in which all of these words stand: in the name, the value, the meaning, or in where it comes from
    #[arg(conflicts_with = "default")]
    pub words: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Show the keys by which tokens can be checked just now
    List(Format),
    /// Sign with a new key from now on; tokens signed before stay good until they run out
    Rotate(Format),
}

/// For whom a command prints.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Format {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options that every command has: the settings by other means than the file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Settings {
    /// The settings file, instead of `GATEPOST_CONFIG` or `./gatepost.toml`
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// Where the server listens, such as localhost:8001
    #[arg(long, global = true, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// The data folder
    #[arg(long, global = true, value_name = "PATH")]
    data: Option<String>,
    /// The database; if it has a password, better by `GATEPOST_DATABASE_URL`
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// The address under which people reach the server
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Any other setting; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Tell more in the log; twice: everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("expected KEY=VALUE, such as log.level=debug")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

impl Settings {
    /// The settings in force.
    pub fn load(&self) -> Outcome<Loaded> {
        let sources = Sources::of_process(self.config.clone(), self.flags());
        config::load(&sources).map_err(Failure::Failed)
    }

    /// The settings in force, without their origins.
    pub fn config(&self) -> Outcome<Config> {
        Ok(self.load()?.config)
    }

    /// Whether more was asked for than what everybody should know.
    pub fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// The options by the names of the settings. Of two that name the same, the last one is right.
    fn flags(&self) -> Vec<(String, String)> {
        let level = match self.verbose {
            0 => None,
            1 => Some("info,gatepost=debug".to_owned()),
            _ => Some("trace".to_owned()),
        };
        let named = [
            ("log.level", &level),
            ("listen", &self.listen),
            ("data", &self.data),
            ("database.url", &self.database_url),
            ("public_url", &self.public_url),
        ];
        let named = named
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
        named.chain(self.set.iter().cloned()).collect()
    }
}
