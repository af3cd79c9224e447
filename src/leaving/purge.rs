//! Delete the accounts whose owners wanted that and have not come back in time.

use super::{delete, store};
use crate::accounts::{require_other_admin, store as account_store};
use crate::app::App;
use crate::audit::Actor;
use crate::error::{Error, Problem, Result};
use crate::ids::AccountId;

/// Accounts that are deleted in one round; the next round does the others.
const AT_ONCE: u32 = 200;

/// Deletes what is due, and answers how many accounts that were.
pub async fn purge(app: &App) -> Result<u64> {
    let mut count = 0;
    for id in store::list_due(&app.db, app.clock.now(), AT_ONCE).await? {
        match purge_one(app, id).await {
            Ok(is_gone) => count += u64::from(is_gone),
            Err(Error::Problem(Problem::LastAdministrator)) => {
                tracing::warn!(account = %id, "the last administrator is not deleted");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

async fn purge_one(app: &App, id: AccountId) -> Result<bool> {
    app.db
        .transaction(|tx| async move {
            // Held, and asked again: its owner may log in at this moment, or another node delete it.
            let Some(account) = account_store::find_held(&tx, id).await? else {
                return Ok(false);
            };
            if !store::is_due(&tx, id, app.clock.now()).await? {
                return Ok(false);
            }
            require_other_admin(app, &tx, &account).await?;
            delete::at_once(app, &tx, &account, &Actor::system()).await?;
            Ok(true)
        })
        .await
}
