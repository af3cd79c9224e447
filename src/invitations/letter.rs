//! The mail that invites: a new token, which exists nowhere else in the clear.

use serde_json::json;

use super::{Invitation, store};
use crate::accounts::store as account_store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Error, Problem, Result};
use crate::limits::{self, Rate};
use crate::mail::{self, Message};
use crate::roles::Role;
use crate::sessions::Staff;

/// A token, and what is kept of it.
pub(super) struct Token {
    /// For the mail.
    pub text: String,
    /// For the database: whoever reads that cannot accept anything.
    pub digest: [u8; 32],
}

impl Token {
    /// A new one.
    pub fn new() -> Self {
        let text = crypto::random_token();
        Self {
            digest: crypto::digest(text.as_bytes()),
            text,
        }
    }
}

/// Until when an invitation that is mailed now works.
pub(super) fn expiry(app: &App) -> Timestamp {
    let life = app.config.registration.invitation_lifetime;
    app.clock.now().plus(life.get())
}

/// Counts one more mail to the address, or refuses it. Whoever else invites the same address waits for the commit: so there is one
/// newest invitation.
pub(super) async fn limit(app: &App, tx: &Tx, email_key: &str) -> Result<()> {
    let rate = Rate {
        most: app.config.mail.asked_per_address,
        window: app.config.mail.asked_window.get(),
    };
    let bucket = limits::bucket("invitations_to_address", email_key);
    limits::require(app, tx, &bucket, rate).await
}

/// Refuses an invitation beyond the inviter's rights, or of somebody who has an account that is his.
pub(super) async fn judge(
    app: &App,
    tx: &Tx,
    staff: &Staff,
    invitation: &Invitation,
) -> Result<()> {
    staff.may_manage(invitation.role)?;
    let (key, id) = (invitation.email_key.as_str(), invitation.id);
    // It takes their place, so whoever may not revoke them may not send it.
    for role in store::list_others(tx, (key, id), app.clock.now()).await? {
        staff.may_manage(role)?;
    }
    let Some(account) = account_store::find_by_email(tx, key).await? else {
        return Ok(());
    };
    let account = account_store::get(tx, account).await?;
    if account.email_verified_at.is_some() {
        return Err(Problem::EmailTaken.into());
    }
    // Its acceptance takes the account over.
    staff.may_manage(account.highest_role())
}

/// Puts the mail into the outbox; older invitations of the address stop working. Answers the link, and the nickname of whoever
/// invites.
pub(super) async fn send(
    app: &App,
    tx: &Tx,
    (staff, invitation): (&Staff, &Invitation),
    token: &str,
) -> Result<(String, Option<String>)> {
    let now = app.clock.now();
    let others = (invitation.email_key.as_str(), invitation.id);
    store::set_others_revoked(tx, others, now).await?;
    let inviter = match staff.account {
        Some(id) => Some(account_store::get(tx, id).await?.nickname),
        None => None,
    };
    let page_url = format!("{}/accept-invitation", app.public_url());
    // From the settings, never from the request's Host. Behind the #: in no log and no Referer.
    let link = format!("{page_url}#{token}");
    let context = json!({
        "inviter": inviter,
        "as_role": as_role(invitation.role),
        "url": link,
        "page_url": page_url,
        "code": token,
        "until": invitation.expires_at,
    });
    let to = EmailAddress::parse(&invitation.email)
        .map_err(|reason| Error::Internal(reason.to_string()))?;
    let template = "invitations/invitation";
    let message = Message {
        to,
        template,
        context,
    };
    mail::enqueue_until(tx, app, message, invitation.expires_at).await?;
    Ok((link, inviter))
}

/// What is worth saying about a role to whoever is invited.
fn as_role(role: Role) -> Option<&'static str> {
    match role {
        Role::Admin => Some("an administrator"),
        Role::Manager => Some("a manager"),
        Role::Authenticated | Role::Anonymous => None,
    }
}
