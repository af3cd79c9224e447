//! Vouch for an address: the operator says that it is the account's, and no link is needed.
//!
//! Door: `gatepost user verify`.

use super::{store, verify::set_verified};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Marks the account's address as verified and makes its mailed links useless. Doing so twice is no error.
pub async fn vouch(app: &App, staff: &Staff, account: AccountId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let held = store::find_held(&tx, account)
                .await?
                .ok_or(Error::NoSuchAccount(account))?;
            staff.may_manage(held.role)?;
            if let Some(pending) = held.pending_role {
                staff.may_manage(pending)?;
            }
            store::delete_older(&tx, account).await?;
            set_verified(app, &tx, (account, &held.email)).await?;
            let note = audit::note(Event::EmailVerified, staff).on(account);
            note.because("vouched").write(app, &tx).await
        })
        .await
}
