//! Former addresses: for a while the one that an account had can take the change back, and nobody else can have it.

use serde_json::{Value, json};

use super::store::Held;
use super::undo_store::{self, Former};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::crypto;
use crate::db::{Run, Tx};
use crate::email_address::{self, EmailAddress};
use crate::error::{Problem, Result};
use crate::http::Client;
use crate::ids::AccountId;
use crate::mail::{self, Message};
use crate::user_agent;

/// Tells the present address that somebody asked for another one. One that was never proved may be a stranger's, and is told nothing.
pub async fn announce(
    app: &App,
    tx: &Tx,
    (held, new): (&Present<'_>, &EmailAddress),
    by: &Actor,
) -> Result<()> {
    let note = audit::note(Event::EmailChangeRequested, by).on(held.account);
    note.personal("email", new.as_str()).write(app, tx).await?;
    let Some(to) = held.proved_address() else {
        return Ok(());
    };
    let mut context = told(app, (held.name, new.as_str()), &by.client);
    // Where an administrator was is his own affair.
    set(
        &mut context,
        "by_staff",
        json!(by.account != Some(held.account)),
    );
    let template = "verification/change_email_told";
    let message = Message {
        to,
        template,
        context,
    };
    mail::enqueue(tx, app, message).await
}

/// The address that an account has now.
pub struct Present<'a> {
    /// Whose.
    pub account: AccountId,
    /// The address.
    pub email: &'a str,
    /// Whether it was proved.
    pub is_proved: bool,
    /// What to call the person.
    pub name: Option<&'a str>,
}

impl Present<'_> {
    fn proved_address(&self) -> Option<EmailAddress> {
        // Only what was an address once is stored as one.
        EmailAddress::parse(self.email)
            .ok()
            .filter(|_| self.is_proved)
    }
}

/// Notes that the account has another address than `held` says, and mails a link to the former one that takes it back.
pub(super) async fn note_change(
    app: &App,
    tx: &Tx,
    (held, new): (&Held, &str),
    client: &Client,
) -> Result<()> {
    let note = audit::note(Event::EmailChanged, client).on(held.id);
    let note = note.personal("email", new);
    let note = note.personal("former_email", held.email.as_str());
    note.write(app, tx).await?;
    let present = Present {
        account: held.id,
        email: &held.email,
        is_proved: held.verified_at.is_some(),
        name: held.first_name.as_deref(),
    };
    let Some(to) = present.proved_address() else {
        return Ok(());
    };
    let token = crypto::random_token();
    let (now, life) = (app.clock.now(), app.config.accounts.email_undo);
    let former = Former {
        email: held.email.clone(),
        email_key: email_address::fold(&held.email),
        created_at: now,
        expires_at: now.plus(life.get()),
    };
    undo_store::insert(tx, &crypto::digest(token.as_bytes()), held.id, &former).await?;
    let mut context = told(app, (present.name, new), client);
    // Behind the #: in no log and no Referer.
    let page = format!("{}/undo-email-change", app.public_url());
    set(&mut context, "url", json!(format!("{page}#{token}")));
    set(&mut context, "page_url", json!(page));
    set(&mut context, "code", json!(token));
    set(&mut context, "expires_in", json!(life.in_words()));
    let template = "verification/email_changed";
    let message = Message {
        to,
        template,
        context,
    };
    mail::enqueue_until(tx, app, message, former.expires_at).await
}

fn told(app: &App, (name, new): (Option<&str>, &str), client: &Client) -> Value {
    json!({
        "name": name,
        "new_email": masked(new),
        "at": app.clock.now(),
        "address": client.address.to_string(),
        "browser": user_agent::words(&client.user_agent),
        "recovery_url": format!("{}/forgot-password-form", app.public_url()),
    })
}

/// The address for somebody who knows it, and for nobody else: the account may be a thief's, and the mailbox everybody's.
fn masked(email: &str) -> String {
    let (local_part, domain) = email.rsplit_once('@').unwrap_or_default();
    let first = local_part.chars().next().unwrap_or('•');
    format!("{first}•••@{domain}")
}

/// Refuses an address that somebody else can have again.
pub async fn require_free(
    app: &App,
    run: &impl Run,
    (email_key, account): (&str, AccountId),
) -> Result<()> {
    let holder = undo_store::find_holder(run, email_key, app.clock.now()).await?;
    if holder.is_some_and(|holder| holder != account) {
        return Err(Problem::EmailTaken.into());
    }
    Ok(())
}

/// The addresses that the account can have again, the oldest first.
pub async fn list_former(app: &App, run: &impl Run, account: AccountId) -> Result<Vec<Former>> {
    Ok(undo_store::list_of(run, account, app.clock.now()).await?)
}

fn set(context: &mut Value, name: &str, value: Value) {
    if let Some(context) = context.as_object_mut() {
        context.insert(name.to_owned(), value);
    }
}
