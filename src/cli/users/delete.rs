//! `gatepost user delete`.

use clap::Args;
use serde_json::json;

use super::{One, find};
use crate::accounts;
use crate::app::App;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::{output, terminal};
use crate::email_address::fold;
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct Delete {
    #[command(flatten)]
    one: One,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Deletes the account, once somebody has said which one he means.
pub(super) async fn run(app: &App, args: &Delete) -> Outcome {
    if !args.yes && !terminal::is_interactive() {
        let advice =
            "there is no terminal to ask whether the account is really to be deleted: add --yes";
        return Err(Failure::Usage(advice.into()));
    }
    let account = find::find(app, &args.one.who).await?;
    let email = output::plain(&account.email);
    if !args.yes {
        let question = format!(
            "This deletes {email} ({}) and all that belongs to the account.\nType the e-mail address to confirm: ",
            output::plain(&account.nickname)
        );
        if fold(&terminal::ask(&question).await?) != fold(&account.email) {
            return Err(Failure::Failed(
                "this is another address, and nothing was deleted".into(),
            ));
        }
    }
    accounts::delete(app, &Staff::operator(), account.id).await?;
    if args.one.format.json {
        return output::json(&json!({"deleted": account.id}));
    }
    output::say(&format!("{email} is deleted."))
}
