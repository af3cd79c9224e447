//! Vouch for an address: the operator says that it is the account's, and no link is needed.
//!
//! Door: `gatepost user verify`.

use super::{store, verify::set_verified};
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Marks the account's address as verified and makes its mailed links useless. Doing so twice is no error.
pub async fn vouch(app: &App, staff: &Staff, account: AccountId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let row = store::find_account(&tx, account)
                .await?
                .ok_or(Error::NoSuchAccount(account))?;
            staff.may_manage(row.get("role")?)?;
            if let Some(pending) = row.get("pending_role")? {
                staff.may_manage(pending)?;
            }
            let email: String = row.get("email")?;
            store::delete_older(&tx, account).await?;
            set_verified(app, &tx, account, &email).await
        })
        .await
}
