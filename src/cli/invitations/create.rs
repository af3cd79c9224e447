//! `gatepost invitation create`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Map, json};

use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::http::input;
use crate::invitations::{self, InvitationView, NewInvitation};
use crate::roles::Role;
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    /// Whom to invite: the e-mail address
    email: String,
    /// The role of the account that comes of it; without it AUTHENTICATED
    #[arg(long, value_parser = role(), ignore_case = true)]
    role: Option<Role>,
    #[command(flatten)]
    format: Format,
}

fn role() -> impl TypedValueParser<Value = Role> {
    let roles = [Role::Authenticated, Role::Manager, Role::Admin];
    PossibleValuesParser::new(roles.map(Role::name)).try_map(|name| name.parse::<Role>())
}

/// Invites, and tells the link as well: a server that cannot send mail yet must be able to let its first people in.
pub(super) async fn run(app: &App, args: &Create) -> Outcome {
    let mut fields = Map::new();
    fields.insert("email".into(), json!(args.email));
    if let Some(role) = args.role {
        fields.insert("role".into(), json!(role));
    }
    let new: NewInvitation = input::judge_object(app, &fields)?;
    let invited = invitations::create(app, &Staff::operator(), &new).await?;
    let now = app.clock.now();
    let view = InvitationView::of(invited.invitation, invited.inviter, now);
    if args.format.json {
        let mut object =
            serde_json::to_value(&view).map_err(|error| Failure::Failed(error.to_string()))?;
        if let Some(fields) = object.as_object_mut() {
            fields.insert("link".into(), invited.link.into());
        }
        return output::json(&object);
    }
    output::say(&output::plain(&format!(
        "{} is invited as {} until {}. The server mails this link, which works once:",
        view.email, view.role, view.expires_at
    )))?;
    output::say(&invited.link)
}
