//! `gatepost user link`: a new password for somebody whom no mail reaches.

use serde_json::json;

use super::{One, find, tell as tell_account, view};
use crate::accounts::Account;
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::recovery::{self, Link};

/// Prints a link by which the owner of an account chooses a new password.
pub(super) async fn run(app: &App, one: &One) -> Outcome {
    let account = find::find(app, &one.who).await?;
    if account.email_verified_at.is_none() {
        return Err(Failure::Failed(format!(
            "{email} is not verified: `gatepost user verify {email}` vouches for the address, then try again",
            email = account.email
        )));
    }
    let link = recovery::hand_out(app, account.id).await?;
    let sentence = format!("{} keeps the present password until then.", account.email);
    tell(app, account, one.format, (&sentence, &link))
}

/// Tells the link, once: the account with it for programs, sentences for people.
pub(super) fn tell(
    app: &App,
    account: Account,
    format: Format,
    (sentence, link): (&str, &Link),
) -> Outcome {
    if !format.json {
        tell_account(app, account, format, sentence)?;
        let expires_at = link.expires_at;
        output::say(&format!(
            "Choose a password before {expires_at}, this works once:"
        ))?;
        return output::say(&link.url);
    }
    let mut object = serde_json::to_value(view(app, account))
        .map_err(|error| Failure::Failed(error.to_string()))?;
    if let Some(fields) = object.as_object_mut() {
        fields.insert("link".into(), json!(link.url));
        fields.insert("link_expires_at".into(), json!(link.expires_at));
    }
    output::json(&object)
}
