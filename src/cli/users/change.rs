//! `gatepost user set-role`, `lock`, `unlock`, `verify` and the like: one thing about one account.

use clap::Args;
use serde_json::{Map, json};

use super::{One, find, role, tell};
use crate::accounts::{self, AccountChange};
use crate::app::App;
use crate::cli::failure::Outcome;
use crate::http::input;
use crate::professionals;
use crate::recovery;
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

/// Marks as a professional.
pub(super) async fn grant_professional(app: &App, one: &One) -> Outcome {
    let id = find::find(app, &one.who).await?.id;
    let account = professionals::grant(app, &Staff::operator(), id).await?;
    let sentence = format!("{} is marked as a professional.", account.email);
    tell(app, account, one.format, &sentence)
}

/// Takes that mark away.
pub(super) async fn withdraw_professional(app: &App, one: &One) -> Outcome {
    let id = find::find(app, &one.who).await?.id;
    let account = professionals::withdraw(app, &Staff::operator(), id).await?;
    let sentence = format!(
        "{} is not marked as a professional any more.",
        account.email
    );
    tell(app, account, one.format, &sentence)
}

/// Makes the person choose a new password.
pub(super) async fn reset_password(app: &App, one: &One) -> Outcome {
    let staff = Staff::operator();
    let id = find::find(app, &one.who).await?.id;
    recovery::force(app, &staff, id).await?;
    let account = accounts::show(app, &staff, id).await?;
    let sentence = format!(
        "The password of {} does not work any more, and all sessions have ended. The server mails a link for a new one.",
        account.email
    );
    tell(app, account, one.format, &sentence)
}

/// Has the verification link mailed again.
pub(super) async fn resend_verification(app: &App, one: &One) -> Outcome {
    let staff = Staff::operator();
    let id = find::find(app, &one.who).await?.id;
    verification::remind(app, &staff, id).await?;
    let account = accounts::show(app, &staff, id).await?;
    let sentence = format!("The server mails a new link to {}.", account.email);
    tell(app, account, one.format, &sentence)
}
