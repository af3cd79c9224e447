//! `gatepost invitation`: people who are asked to come, invited with an administrator's rights.

mod create;
mod list;

use clap::{Args, Subcommand};

use super::args::Format;
use super::failure::{Failure, Outcome};
use super::output;
use crate::app::App;
use crate::ids::InvitationId;
use crate::invitations::{self, InvitationView};
use crate::sessions::Staff;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum InvitationCommand {
    /// Invite somebody by mail, whoever may register; an older invitation of the address stops working
    Create(create::Create),
    /// List invitations, the newest first
    List(list::List),
    /// Send an invitation again: with a new link, for the whole time anew
    Resend(Known),
    /// Take an invitation back: its link stops working
    Revoke(Known),
}

/// The invitation that a command is about.
#[derive(Debug, Args)]
pub(in crate::cli) struct Known {
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
        InvitationCommand::Resend(args) => resend(app, &args).await,
        InvitationCommand::Revoke(args) => revoke(app, &args).await,
    }
}

impl Known {
    fn id(&self) -> Outcome<InvitationId> {
        let id = self.id.parse();
        id.map_err(|_| Failure::Usage(format!("{} is no id of an invitation", self.id)))
    }
}

async fn resend(app: &App, args: &Known) -> Outcome {
    let (invitation, inviter) = invitations::resend(app, &Staff::operator(), args.id()?).await?;
    let view = InvitationView::of(invitation, inviter, app.clock.now());
    if args.format.json {
        return output::json(&view);
    }
    output::say(&output::plain(&format!(
        "The server mails a new link to {}, good until {}. The link mailed before does not work any more.",
        view.email, view.expires_at
    )))
}

async fn revoke(app: &App, args: &Known) -> Outcome {
    let id = args.id()?;
    invitations::revoke(app, &Staff::operator(), id).await?;
    if args.format.json {
        return output::json(&serde_json::json!({"id": id, "state": "revoked"}));
    }
    output::say("The invitation was taken back.")
}
