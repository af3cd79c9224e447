//! Welcome somebody whose account has come from another system: a mail with a link by which he chooses a password.

use serde_json::json;

use super::store;
use crate::accounts::Account;
use crate::app::App;
use crate::crypto;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::mail::{self, Message};

/// Puts the mail into the outbox. The link works as one that somebody has asked for, but as long as an invitation: nobody waits for
/// this mail.
pub async fn welcome(
    app: &App,
    tx: &Tx,
    account: &Account,
    (to, email_key): (&EmailAddress, &str),
) -> Result<()> {
    let token = crypto::random_token();
    let digest = crypto::digest(token.as_bytes());
    let now = app.clock.now();
    let life = app.config.registration.invitation_lifetime;
    let times = (now, now.plus(life.get()));
    store::delete_older(tx, account.id).await?;
    store::insert(tx, &digest, (account.id, email_key), times).await?;
    let context = json!({
        "name": account.first_name(),
        "url": format!("{}/reset-password#{token}", app.public_url()),
        "page_url": format!("{}/reset-password", app.public_url()),
        "code": token,
        "expires_in": life.in_words(),
    });
    let message = Message {
        to: to.clone(),
        template: "recovery/welcome",
        context,
    };
    mail::enqueue_until(tx, app, message, times.1).await
}
