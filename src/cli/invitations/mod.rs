//! `gatepost invitation`: people who are asked to come, invited with an administrator's rights.

mod create;
mod list;

use clap::{Args, Subcommand};

use super::args::Format;
use super::failure::{Failure, Outcome};
use super::output;
use crate::app::App;
use crate::ids::InvitationId;
use crate::invitations;
use crate::sessions::Staff;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum InvitationCommand {
    /// Invite somebody by mail, whoever may register; an older invitation of the address stops working
    Create(create::Create),
    /// List invitations, the newest first
    List(list::List),
    /// Take an invitation back: its link stops working
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Revoke {
    /// The invitation's id, as `gatepost invitation list` shows it
    id: String,
    #[command(flatten)]
    format: Format,
}

/// Does what was asked.
pub(super) async fn run(app: &App, command: InvitationCommand) -> Outcome {
    match command {
        InvitationCommand::Create(args) => create::run(app, &args).await,
        InvitationCommand::List(args) => list::run(app, &args).await,
        InvitationCommand::Revoke(args) => revoke(app, &args).await,
    }
}

async fn revoke(app: &App, args: &Revoke) -> Outcome {
    let id: InvitationId = args
        .id
        .parse()
        .map_err(|_| Failure::Usage(format!("{} is no id of an invitation", args.id)))?;
    invitations::revoke(app, &Staff::operator(), id).await?;
    if args.format.json {
        return output::json(&serde_json::json!({"id": id, "state": "revoked"}));
    }
    output::say("The invitation was taken back.")
}
