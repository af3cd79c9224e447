//! Hand out the link for a new password to whoever sits at the machine, who gives it to its owner.
//!
//! Doors: `gatepost user create --link`, `gatepost user link`. No API has it: an administrator elsewhere starts a mail.

use super::mail_link::issue;
use crate::accounts::store as account_store;
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::clock::Timestamp;
use crate::email_address;
use crate::error::{Error, Problem, Result};
use crate::ids::AccountId;

/// A link that sets a password once.
pub struct Link {
    /// The whole address, with the code behind the `#`.
    pub url: String,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// Makes the link, of the same kind as a mailed one: it works once, for `accounts.recovery_lifetime`, and the one before no longer.
pub async fn hand_out(app: &App, id: AccountId) -> Result<Link> {
    let (token, expires_at) = app
        .db
        .transaction(|tx| async move {
            let account = account_store::get_held(&tx, id).await?;
            if account.email_verified_at.is_none() {
                // Using a link proves the address that it was mailed to, and this one is mailed to nobody.
                return Err(Error::from(Problem::EmailNotVerified));
            }
            let email_key = email_address::fold(&account.email);
            let issued = issue(app, &tx, (id, &email_key)).await?;
            let note = audit::note(Event::RecoveryRequested, Actor::operator()).on(id);
            note.because("link_printed").write(app, &tx).await?;
            Ok(issued)
        })
        .await?;
    let url = format!("{}/reset-password#{token}", app.public_url());
    Ok(Link { url, expires_at })
}
