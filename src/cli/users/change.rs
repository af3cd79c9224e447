//! `gatepost user set-role`, `lock`, `unlock` and `verify`: one thing about one account.

use clap::Args;
use serde_json::{Map, json};

use super::{One, find, role, tell};
use crate::accounts::{self, AccountChange};
use crate::app::App;
use crate::cli::failure::Outcome;
use crate::http::input;
use crate::roles::Role;
use crate::sessions::Staff;
use crate::verification;

#[derive(Debug, Args)]
pub(in crate::cli) struct SetRole {
    #[command(flatten)]
    one: One,
    /// The role
    #[arg(value_parser = role(), ignore_case = true)]
    role: Role,
}

/// Gives the role; to an account that is not verified it is promised.
pub(super) async fn set_role(app: &App, args: &SetRole) -> Outcome {
    let account = find::find(app, &args.one.who).await?;
    let wanted = Map::from_iter([("role".to_owned(), json!(args.role))]);
    let change: AccountChange = input::judge_object(app, &wanted)?;
    let account = accounts::update(app, &Staff::operator(), account.id, change).await?;
    let (email, role) = (&account.email, args.role);
    let sentence = if account.role == role {
        format!("{email} is {role} now.")
    } else {
        format!(
            "{email} will be {role} once the address is verified. `gatepost user verify {email}` does that now."
        )
    };
    tell(app, account, args.one.format, &sentence)
}

/// Locks.
pub(super) async fn lock(app: &App, one: &One) -> Outcome {
    let account = find::find(app, &one.who).await?;
    let account = accounts::lock(app, &Staff::operator(), account.id).await?;
    let sentence = format!("{} is locked, and all sessions have ended.", account.email);
    tell(app, account, one.format, &sentence)
}

/// Unlocks.
pub(super) async fn unlock(app: &App, one: &One) -> Outcome {
    let account = find::find(app, &one.who).await?;
    let account = accounts::unlock(app, &Staff::operator(), account.id).await?;
    let sentence = format!("{} is not locked any more.", account.email);
    tell(app, account, one.format, &sentence)
}

/// Verifies.
pub(super) async fn verify(app: &App, one: &One) -> Outcome {
    let staff = Staff::operator();
    let id = find::find(app, &one.who).await?.id;
    verification::vouch(app, &staff, id).await?;
    let account = accounts::show(app, &staff, id).await?;
    let sentence = format!(
        "{} is verified, with the role {}.",
        account.email, account.role
    );
    tell(app, account, one.format, &sentence)
}
