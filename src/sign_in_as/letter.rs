//! The mail that tells the person: who, when, why, and how to end it. It holds no link that logs anybody in.

use serde_json::json;

use crate::accounts::Account;
use crate::app::App;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::mail::{self, Message};
use crate::sessions::ACTING_LASTS;

/// Puts the mail into the outbox, each time: nobody is signed in as somebody who does not learn of it.
pub(super) async fn send(
    app: &App,
    tx: &Tx,
    (administrator, account): (&Account, &Account),
    reason: &str,
) -> Result<()> {
    // Only what was an address once is stored as one.
    let Ok(to) = EmailAddress::parse(&account.email) else {
        return Ok(());
    };
    let now = app.clock.now();
    let context = json!({
        "name": account.first_name(),
        "administrator": name_of(administrator),
        "reason": reason,
        "at": now,
        "until": now.plus(ACTING_LASTS),
        "sessions_url": format!("{}/sessions", app.public_url()),
        "history_url": format!("{}/history", app.public_url()),
    });
    let message = Message {
        to,
        template: "sign_in_as/begun",
        context,
    };
    mail::enqueue(tx, app, message).await
}

/// First and last name, else the public one.
fn name_of(account: &Account) -> String {
    let names = [&account.first_name, &account.last_name].into_iter();
    let names: Vec<&str> = names.filter_map(Option::as_deref).collect();
    let name = names.join(" ");
    if name.trim().is_empty() {
        account.nickname.clone()
    } else {
        name
    }
}
