//! Claim an account that somebody else has made with one's address, before its rightful owner came.
//!
//! Anybody can register anybody's address and wait until its owner moves in. Whoever proves the address by choosing a password
//! gets the account empty: nothing that the stranger typed, no session of his, no link that he waits for.

use super::store;
use crate::accounts::{Account, store as account_store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::crypto;
use crate::db::Tx;
use crate::error::Result;
use crate::http::Client;
use crate::nicknames::{self, Nickname};
use crate::verification;

/// Marks the address as proved and drops what was typed before; answers the account as it is then. A role that waits for the proof
/// is one that staff gave: whoever registers himself cannot choose.
pub(super) async fn claim(
    app: &App,
    tx: &Tx,
    client: &Client,
    account: Account,
) -> Result<Account> {
    let nickname = free_nickname(tx).await?;
    let (name, key) = (nickname.to_string(), nickname.key());
    store::set_nameless(tx, account.id, (&name, &key), app.clock.now()).await?;
    verification::set_verified(app, tx, (account.id, &account.email)).await?;
    let note = audit::note(Event::EmailVerified, client).on(account.id);
    let note = note
        .because("recovery")
        .personal("email", account.email.as_str());
    note.write(app, tx).await?;
    account_store::get(tx, account.id).await
}

async fn free_nickname(tx: &Tx) -> Result<Nickname> {
    loop {
        let nickname = nicknames::generate(&mut crypto::rng());
        let owner = account_store::find_by_nickname(tx, &nickname.key()).await?;
        if owner.is_none() {
            return Ok(nickname);
        }
    }
}
