//! Mail the link for a new password: the work that a request leaves behind.

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::store;
use crate::accounts::{Account, store as account_store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::Tx;
use crate::email_address::{self, EmailAddress};
use crate::error::Result;
use crate::ids::AccountId;
use crate::jobs::Handler;
use crate::mail::{self, Message};
use crate::verification::Asked;

/// What mails the link, after the answer.
pub const MAIL_LINK: (&str, Handler) = ("recovery_mail_link", mail_link);

/// The job. A locked account gets its link as well: its owner may have another password, and stays locked.
fn mail_link(app: App, tx: Tx, about: Value) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let asked = Asked::read(about)?;
        let note = audit::note(Event::RecoveryRequested, &asked.client());
        let note = note.personal("email", asked.typed());
        let email_key = asked.key();
        let Some(account) = find(&tx, &email_key).await? else {
            return note.refused("no_such_account").write(&app, &tx).await;
        };
        enqueue(&app, &tx, (&account, &email_key), Asker::Somebody).await?;
        note.on(account.id).write(&app, &tx).await
    })
}

/// The account with the address, held until the commit.
async fn find(tx: &Tx, email_key: &str) -> Result<Option<Account>> {
    let Some(id) = account_store::find_by_email(tx, email_key).await? else {
        return Ok(None);
    };
    let held = account_store::find_held(tx, id).await?;
    // Somebody may have changed the address while we waited for the account.
    Ok(held.filter(|held| email_address::fold(&held.email) == email_key))
}

/// Who wants the password to be another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// Somebody who has typed the address, probably its owner.
    Somebody,
    /// Staff, and the old password does not work any more.
    Staff,
}

/// Puts the mail with a new link into the outbox; links mailed before stop working.
pub(super) async fn enqueue(
    app: &App,
    tx: &Tx,
    (account, email_key): (&Account, &str),
    asker: Asker,
) -> Result<()> {
    // To the address as its owner has given it: another spelling may be somebody else's mailbox.
    let Ok(to) = EmailAddress::parse(&account.email) else {
        return Ok(());
    };
    let (token, expires_at) = issue(app, tx, (account.id, email_key)).await?;
    let life = app.config.accounts.recovery_lifetime;
    let is_proved = account.email_verified_at.is_some();
    let context = json!({
        // Until the address is proved, the name is what some stranger typed.
        "name": account.first_name().filter(|_| is_proved),
        "is_proved": is_proved,
        "is_forced": asker == Asker::Staff,
        // From the settings, never from the request's Host. Behind the #: in no log and no Referer.
        "url": format!("{}/reset-password#{token}", app.public_url()),
        "page_url": format!("{}/reset-password", app.public_url()),
        "forgot_url": format!("{}/forgot-password-form", app.public_url()),
        "code": token,
        "expires_in": life.in_words(),
    });
    let template = "recovery/link";
    let message = Message {
        to,
        template,
        context,
    };
    mail::enqueue_until(tx, app, message, expires_at).await
}

/// A new code for the account, and when it runs out. It withdraws the one before.
pub(super) async fn issue(
    app: &App,
    tx: &Tx,
    (account, email_key): (AccountId, &str),
) -> Result<(String, Timestamp)> {
    let token = crypto::random_token();
    let digest = crypto::digest(token.as_bytes());
    let now = app.clock.now();
    let expires_at = now.plus(app.config.accounts.recovery_lifetime.get());
    store::delete_older(tx, account).await?;
    let times = (now, expires_at);
    store::insert(tx, &digest, (account, email_key), times).await?;
    Ok((token, expires_at))
}

/// Makes every link useless that was mailed for the account.
pub async fn forget(tx: &Tx, account: AccountId) -> Result<()> {
    Ok(store::delete_older(tx, account).await?)
}

/// Forgets links that have run out.
pub async fn purge(app: &App) -> Result<u64> {
    Ok(store::delete_expired(&app.db, app.clock.now()).await?)
}
