//! Whose sessions somebody of the staff may end.

use crate::accounts::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Refuses an account that the staff does not manage, and writes the refusal down.
pub(super) async fn require(app: &App, staff: &Staff, id: AccountId) -> Result<()> {
    let account = store::get(&app.db, id).await?;
    if let Err(error) = staff.may_manage(account.highest_role()) {
        let note = audit::note(Event::SessionsEnded, staff).on(id);
        note.refused("role").write(app, &app.db).await?;
        return Err(error);
    }
    Ok(())
}

/// The same within the transaction that ends sessions: the role may have risen in between.
pub(super) async fn hold(tx: &Tx, staff: &Staff, id: AccountId) -> Result<()> {
    let account = store::get_held(tx, id).await?;
    staff.may_manage(account.highest_role())
}
