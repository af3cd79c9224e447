//! `gatepost invitation list`.

use clap::Args;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::Outcome;
use crate::cli::output::{self, plain};
use crate::http::input;
use crate::invitations::{self, InvitationQuery, InvitationView, State};
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Only those that are `open`, `accepted`, `revoked` or `expired`
    #[arg(long)]
    state: Option<String>,
    /// How many to show at most
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 100,
        allow_negative_numbers = true
    )]
    limit: i64,
    /// How many to pass over
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    skip: i64,
    #[command(flatten)]
    format: Format,
}

/// Lists the invitations that fit.
pub(super) async fn run(app: &App, args: &List) -> Outcome {
    let given = [
        ("state", json!(args.state)),
        ("limit", json!(args.limit)),
        ("skip", json!(args.skip)),
    ];
    let given = given.into_iter().filter(|(_, value)| !value.is_null());
    let fields: Map<String, Value> = given
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let query: InvitationQuery = input::judge_object(app, &fields)?;
    let page = invitations::list(app, &Staff::operator(), &query).await?;
    if args.format.json {
        return output::json(&page);
    }
    let widest = page.items.iter().map(|item| item.email.chars().count());
    let widest = widest.max().unwrap_or(0);
    let rows: String = page.items.iter().map(|item| line(item, widest)).collect();
    let count = match page.total {
        0 => "No invitation fits.".to_owned(),
        1 => "1 invitation.".to_owned(),
        total => format!("{total} invitations."),
    };
    output::print(&format!("{rows}{count}\n"))
}

fn line(item: &InvitationView, widest: usize) -> String {
    let state = match item.state {
        State::Open => "open",
        State::Accepted => "accepted",
        State::Revoked => "revoked",
        State::Expired => "expired",
    };
    let inviter = item.inviter.as_deref().unwrap_or(match item.invited_by {
        None => "the operator",
        Some(_) => "somebody whose account is gone",
    });
    let email = plain(&item.email);
    let until = item.expires_at.to_string();
    let role = item.role.name();
    format!(
        "{email:<widest$}  {role:<13}  {state:<8}  {}  {}  by {}\n",
        until.chars().take(10).collect::<String>(),
        item.id,
        plain(inviter)
    )
}
