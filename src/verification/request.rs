//! Request a verification: mail the link that proves an address.

use serde_json::json;

use super::{store, undo_store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::crypto;
use crate::db::{Run, Tx};
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

/// A link that is to be mailed.
pub(super) struct Link<'a> {
    /// Whose address is to be proved.
    pub account: AccountId,
    /// Where it goes.
    pub email: &'a EmailAddress,
    /// Why.
    pub purpose: Purpose,
    /// What to call the person.
    pub name: Option<&'a str>,
}

/// Mails a new link to `email`; links mailed before stop working.
pub async fn request(
    app: &App,
    tx: &Tx,
    (account, email): (AccountId, &EmailAddress),
    (purpose, name): (Purpose, Option<&str>),
) -> Result<()> {
    let link = Link {
        account,
        email,
        purpose,
        name,
    };
    // Who wanted it stands in the entry of its cause: the registration, or the change.
    mail_link(app, tx, link, &Actor::system()).await
}

/// The same, for whom it was asked by name.
pub(super) async fn mail_link(app: &App, tx: &Tx, link: Link<'_>, by: &Actor) -> Result<()> {
    let token = crypto::random_token();
    let now = app.clock.now();
    let life = app.config.registration.verification_lifetime;
    store::delete_older(tx, link.account).await?;
    let times = (now, now.plus(life.get()));
    store::insert(
        tx,
        &crypto::digest(token.as_bytes()),
        (link.account, link.email.as_str()),
        times,
    )
    .await?;
    // From the settings, never from the request's Host: a forged one would mail the token away.
    let url = format!("{}/verify-email/{}/{token}", app.public_url(), link.account);
    let email = link.email.as_str();
    let context =
        json!({"name": link.name, "url": url, "new_email": email, "expires_in": life.in_words()});
    let (template, purpose) = match link.purpose {
        Purpose::Registration => ("verification/verify_email", "registration"),
        Purpose::Change => ("verification/change_email", "change"),
    };
    let message = Message {
        to: link.email.clone(),
        template,
        context,
    };
    mail::enqueue_until(tx, app, message, times.1).await?;
    let note = audit::note(Event::VerificationRequested, by).on(link.account);
    let note = note.because(purpose).personal("email", email);
    note.write(app, tx).await
}

/// The address that waits for the account's owner to follow its link, if there is one.
pub async fn pending(app: &App, run: &impl Run, account: AccountId) -> Result<Option<String>> {
    Ok(store::find_pending(run, account, app.clock.now()).await?)
}

/// Makes every link useless that was mailed for the account: also one for an address that a thief of a session has asked for.
pub async fn forget(tx: &Tx, account: AccountId) -> Result<()> {
    Ok(store::delete_older(tx, account).await?)
}

/// Forgets links that have run out, and former addresses that cannot come back any more.
pub async fn purge(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let links = store::delete_expired(&app.db, now).await?;
    Ok(links + undo_store::delete_expired(&app.db, now).await?)
}
