//! Request a verification: mail the link that proves an address.

use serde_json::json;

use super::store;
use crate::app::App;
use crate::crypto;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::ids::AccountId;
use crate::mail::{self, Message};

/// Why an address is to be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The account is new.
    Registration,
    /// The account is to have this address instead of its present one.
    Change,
}

/// Mails a new link to `email`; links mailed before stop working.
pub async fn request(
    app: &App,
    tx: &Tx,
    (account, email): (AccountId, &EmailAddress),
    (purpose, name): (Purpose, Option<&str>),
) -> Result<()> {
    let token = crypto::random_token();
    let now = app.clock.now();
    let life = app.config.registration.verification_lifetime;
    store::delete_older(tx, account).await?;
    let times = (now, now.plus(life.get()));
    store::insert(
        tx,
        &crypto::digest(token.as_bytes()),
        (account, email.as_str()),
        times,
    )
    .await?;
    // From the settings, never from the request's Host: a forged one would mail the token away.
    let url = format!("{}/verify-email/{account}/{token}", app.public_url());
    let context = json!({"name": name, "url": url, "new_email": email.as_str(), "expires_in": life.in_words()});
    let template = match purpose {
        Purpose::Registration => "verify_email",
        Purpose::Change => "change_email",
    };
    mail::enqueue(
        tx,
        app,
        Message {
            to: email.clone(),
            template,
            context,
        },
    )
    .await
}

/// The address that waits for the account's owner to follow its link, if there is one.
pub async fn pending(app: &App, account: AccountId) -> Result<Option<String>> {
    Ok(store::find_pending(&app.db, account, app.clock.now()).await?)
}

/// Forgets links that have run out.
pub async fn purge(app: &App) -> Result<u64> {
    Ok(store::delete_expired(&app.db, app.clock.now()).await?)
}
