//! `gatepost mail`: what waits to be sent, what was sent, and what was given up.

use std::fmt::Write;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use serde_json::json;

use super::args::Format;
use super::failure::{Failure, Outcome};
use super::output::{self, plain};
use crate::app::App;
use crate::ids::MailId;
use crate::mail::{self, Queued, State};

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Show the newest mails: to whom, and what became of them; never what they say
    List(List),
    /// Try mails again that wait or were given up, as if they had never been tried
    Retry(Retry),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those in this state
    #[arg(long, value_parser = state())]
    state: Option<State>,
    /// How many to show at most
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Retry {
    /// The mail
    #[arg(required_unless_present = "all")]
    id: Option<MailId>,
    /// All mails that wait or were given up, unless their links have expired
    #[arg(long, conflicts_with = "id")]
    all: bool,
    #[command(flatten)]
    format: Format,
}

fn state() -> impl TypedValueParser<Value = State> {
    PossibleValuesParser::new(State::ALL.map(State::name)).try_map(|name| {
        let found = State::ALL.into_iter().find(|state| state.name() == name);
        found.ok_or("no such state")
    })
}

/// Does what was asked.
pub(super) async fn run(app: &App, command: MailCommand) -> Outcome {
    match command {
        MailCommand::List(args) => list(app, &args).await,
        MailCommand::Retry(args) => retry(app, &args).await,
    }
}

async fn list(app: &App, args: &List) -> Outcome {
    let mails = mail::queue(app, args.state, args.limit).await?;
    if args.format.json {
        return output::json(&json!({ "items": mails }));
    }
    output::print(&mails.iter().map(line).collect::<String>())
}

fn line(mail: &Queued) -> String {
    let (id, state, to) = (mail.id, mail.state.name(), &mail.recipient);
    let mut line = format!("{id}  {state:<7}  {to}  made {}", mail.created_at);
    let mut add = |what: &str, value: Option<String>| {
        if let Some(value) = value {
            // Writing into a string does not fail.
            let _ = write!(line, "  {what} {value}");
        }
    };
    add("sent", mail.sent_at.map(|at| at.to_string()));
    add("given up", mail.dead_at.map(|at| at.to_string()));
    add("next try", mail.due_at.map(|at| at.to_string()));
    let failed = Some(mail.attempts).filter(|tries| *tries > 0 && mail.sent_at.is_none());
    add("failed tries", failed.map(|tries| tries.to_string()));
    add("because:", mail.last_error.clone());
    // A mail server words the error, and could word it for the terminal.
    format!("{}\n", plain(&line))
}

async fn retry(app: &App, args: &Retry) -> Outcome {
    let count = match args.id {
        None => mail::retry_all(app).await?,
        Some(id) if mail::retry(app, id).await? => 1,
        Some(id) => {
            return Err(Failure::Failed(format!(
                "no mail {id} can be tried again: it is unknown, was sent, or its link has expired"
            )));
        }
    };
    if args.format.json {
        return output::json(&json!({ "retried": count }));
    }
    output::say(&match count {
        1 => "1 mail is tried again now; a running server does it.".to_owned(),
        count => format!("{count} mails are tried again now; a running server does it."),
    })
}
