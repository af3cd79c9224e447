//! `gatepost mail`: what waits to be sent, what was sent, and what was given up.

use std::fmt::Write;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use serde_json::json;

use super::args::Format;
use super::failure::{Failure, Outcome};
use super::output::{self, plain};
use crate::app::App;
use crate::error::{Error, Problem};
use crate::ids::MailId;
use crate::mail::{Queued, State};
use crate::mail_queue::{self, MailQuery};
use crate::sessions::Admin;

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Show the newest mails: to whom, and what became of them; never what they say
    List(List),
    /// Count what waits, was sent and was given up
    Count(Format),
    /// Try mails again that wait or were given up, as if they had never been tried
    Retry(Retry),
    /// Give a mail up for good that was not sent; what it says is deleted
    Drop(Drop),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those in this state
    #[arg(long, value_parser = state())]
    state: Option<State>,
    /// Only those to this address
    #[arg(long, value_name = "EMAIL")]
    to: Option<String>,
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

#[derive(Debug, Args)]
pub(super) struct Drop {
    /// The mail
    id: MailId,
    #[command(flatten)]
    format: Format,
}

/// Mails that are read together.
const AT_ONCE: u32 = 500;

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
        MailCommand::Count(format) => count(app, format).await,
        MailCommand::Retry(args) => retry(app, &args).await,
        MailCommand::Drop(args) => drop_it(app, &args).await,
    }
}

async fn list(app: &App, args: &List) -> Outcome {
    let mut query = MailQuery {
        state: args.state,
        to: args.to.clone(),
        ..MailQuery::default()
    };
    let (mut mails, mut rest) = (Vec::new(), args.limit);
    while rest > 0 {
        query.limit = rest.min(AT_ONCE);
        let page = mail_queue::list(app, &Admin::operator(), &query).await?;
        rest -= u32::try_from(page.items.len()).unwrap_or(rest);
        mails.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
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

async fn count(app: &App, format: Format) -> Outcome {
    let counts = mail_queue::count(app, &Admin::operator()).await?;
    if format.json {
        return output::json(&counts);
    }
    let lines = [
        ("waiting", counts.waiting),
        ("of these, tried in vain", counts.retrying),
        ("given up in 30 days", counts.dead),
        ("sent in 24 hours", counts.sent),
    ];
    let lines = lines.map(|(name, count)| format!("{name}: {}\n", counts.words(count)));
    output::print(&lines.concat())
}

async fn drop_it(app: &App, args: &Drop) -> Outcome {
    let id = args.id;
    let done = mail_queue::give_up(app, &Admin::operator(), id).await;
    done.map_err(|error| because(error, &format!("no mail {id} can be given up")))?;
    if args.format.json {
        return output::json(&json!({ "dropped": 1 }));
    }
    output::say("The mail is given up for good.")
}

/// What could not be done with a mail that is none any more.
fn because(error: Error, what: &str) -> Failure {
    match error {
        Error::Problem(Problem::NoSuchMail) => Failure::Failed(format!(
            "{what}: it is unknown, was sent, or its link has expired"
        )),
        error => error.into(),
    }
}

async fn retry(app: &App, args: &Retry) -> Outcome {
    let by = Admin::operator();
    let count = match args.id {
        None => mail_queue::retry_all(app, &by).await?,
        Some(id) => {
            let done = mail_queue::retry(app, &by, id).await;
            done.map_err(|error| because(error, &format!("no mail {id} can be tried again")))?;
            1
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
