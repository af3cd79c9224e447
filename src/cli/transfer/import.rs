//! `gatepost import`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::progress::Bar;
use super::{signer, tell};
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::error::Error;
use crate::roles::Role;
use crate::sessions::Staff;
use crate::transfer::{self, Import, Invited, Origin, Source, System, Update, Verified};

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that is typed or is not"
)]
pub(in crate::cli) struct ImportArgs {
    /// The system that the accounts come from
    #[arg(long, value_name = "SYSTEM", value_parser = system())]
    from: System,
    /// Its export, - for standard input, or the address of its database: <postgres://…>
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// Write nothing, and tell what would be done
    #[arg(long)]
    dry_run: bool,
    /// A column by another name than the usual ones; may be repeated
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = pair)]
    columns: Vec<(String, String)>,
    /// What a role of the source is here; may be repeated. Without it nobody becomes MANAGER or ADMIN
    #[arg(long = "map-role", value_name = "NAME=ROLE", value_parser = role_pair)]
    roles: Vec<(String, Role)>,
    /// Roles of the same name stay what they are, also MANAGER and ADMIN: for an export of Gatepost
    #[arg(long)]
    keep_roles: bool,
    /// Whose addresses count as verified
    #[arg(long, value_enum, default_value = "source")]
    verified: Trust,
    /// Change accounts that are there already: their profile, or with `all` also their password
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "profile", require_equals = true)]
    update: Option<Overwrite>,
    /// Mail a link by which one chooses a password to those who are new, verified and have none, or with `all` to all of them
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "without-password", require_equals = true)]
    invite: Option<Whom>,
    /// Refuse a row with a field that breaks a rule, instead of leaving the field out
    #[arg(long)]
    strict: bool,
    /// Import an account without a password when its hash cannot be taken, instead of refusing it
    #[arg(long)]
    drop_hashes: bool,
    /// The table of the database, when it is not the usual one
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// The hash parameters of a Firebase project, as its console shows them
    #[arg(long, value_name = "FILE")]
    hash_config: Option<PathBuf>,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Trust {
    /// Those of which the source says so; all, if it knows no such thing
    Source,
    /// All
    All,
    /// None: everybody verifies his address first
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Overwrite {
    /// Names, text and addresses of profiles
    Profile,
    /// The password as well
    All,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Whom {
    /// Those who have no password here
    WithoutPassword,
    /// Everybody who is new
    All,
}

fn system() -> impl TypedValueParser<Value = System> {
    PossibleValuesParser::new(System::ALL.map(System::name)).try_map(|name| {
        let found = System::ALL.into_iter().find(|system| system.name() == name);
        found.ok_or("no such system")
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text
        .rsplit_once('=')
        .ok_or("expected COLUMN=FIELD, such as mail_addr=email")?;
    Ok((left.trim().to_owned(), right.trim().to_owned()))
}

fn role_pair(text: &str) -> Result<(String, Role), String> {
    let (name, role) = text
        .rsplit_once('=')
        .ok_or("expected NAME=ROLE, such as superuser=ADMIN")?;
    Ok((name.trim().to_owned(), role.trim().parse()?))
}

/// Imports, and tells what has become of the rows.
pub(in crate::cli) async fn run(app: &App, args: ImportArgs) -> Outcome {
    let format = args.format;
    let import = open(args)?;
    let stopped = stop_at_interrupt();
    let mut bar = Bar::begin();
    let done = transfer::import(app, &Staff::operator(), import, |progress| {
        bar.show(progress);
        !stopped.load(Ordering::Relaxed)
    })
    .await;
    bar.end();
    let report = done.map_err(explained)?;
    tell::report(&report, format, bar.rate(report.read))?;
    if !report.complete {
        return Err(Failure::Interrupted);
    }
    match report.refused {
        0 => Ok(()),
        1 => Err(Failure::Failed("1 row was refused".to_owned())),
        count => Err(Failure::Failed(format!("{count} rows were refused"))),
    }
}

/// What the pipeline says is for the person at the command line.
fn explained(error: Error) -> Failure {
    let failure = Failure::from(error);
    match failure {
        Failure::Failed(why) => {
            let advice =
                "what was imported until then is there; run the command again, and it goes on";
            Failure::Failed(format!("{why}\n{advice}"))
        }
        other => other,
    }
}

fn open(args: ImportArgs) -> Outcome<Import> {
    let origin = origin(&args);
    let mut roles = args.roles;
    if args.keep_roles {
        roles.extend(Role::ALL.map(|role| (role.name().to_owned(), role)));
    }
    let settings = transfer::Settings {
        system: args.from,
        columns: args.columns,
        roles,
        verified: match args.verified {
            Trust::Source => Verified::Source,
            Trust::All => Verified::All,
            Trust::None => Verified::None,
        },
        signer: args.hash_config.as_deref().map(signer::read).transpose()?,
        strict: args.strict,
        drop_hashes: args.drop_hashes,
    };
    settings.check().map_err(Failure::Usage)?;
    let source = Source::open(&origin, args.from).map_err(Failure::Failed)?;
    Ok(Import {
        source,
        settings,
        dry_run: args.dry_run,
        update: args.update.map(|update| match update {
            Overwrite::Profile => Update::Profile,
            Overwrite::All => Update::All,
        }),
        invite: args.invite.map(|invite| match invite {
            Whom::WithoutPassword => Invited::WithoutPassword,
            Whom::All => Invited::All,
        }),
    })
}

fn origin(args: &ImportArgs) -> Origin {
    let source = &args.source;
    if source == "-" {
        return Origin::Stdin;
    }
    if ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| source.starts_with(scheme))
    {
        return Origin::Database {
            url: source.clone(),
            // Where everybody can read the arguments of a process, a password is better said by the environment.
            password: std::env::var("PGPASSWORD").ok(),
            table: args.table.clone(),
        };
    }
    Origin::File(PathBuf::from(source))
}

/// The first Ctrl-C lets the batch that is being written end; the second one does not.
fn stop_at_interrupt() -> Arc<AtomicBool> {
    let stopped = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&stopped);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            flag.store(true, Ordering::Relaxed);
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
    stopped
}
