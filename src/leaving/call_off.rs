//! Call off the deletion of an account: its owner has logged in before its time was over.

use super::store;
use crate::accounts::Account;
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::error::Result;
use crate::notices::{self, Notice};

/// Keeps an account that was going to be deleted, and tells its owner. Its row is held.
pub async fn call_off(app: &App, tx: &Tx, account: &Account, by: &Actor) -> Result<()> {
    if !store::set_kept(tx, account.id).await? {
        return Ok(());
    }
    let notice = (Notice::DeletionCancelled, &account.reader());
    notices::send(app, tx, notice, &by.client).await?;
    let note = audit::note(Event::DeletionCancelled, by).on(account.id);
    note.write(app, tx).await
}
