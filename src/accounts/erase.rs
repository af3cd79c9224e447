//! Erase an account: its row, what belongs to it, and what tells of the person elsewhere.

use super::{Account, store};
use crate::app::App;
use crate::attempts;
use crate::audit;
use crate::db::Tx;
use crate::email_address;
use crate::error::{Problem, Result};
use crate::mail;
use crate::roles::Role;
use crate::sessions::{self, Ending};
use crate::verification;

/// Refuses to take an administrator away unless another one stays. Holds off others who ask, until the commit.
pub async fn require_other_admin(app: &App, tx: &Tx, account: &Account) -> Result<()> {
    if account.role == Role::Admin
        && !store::has_admin_besides(tx, account.id, app.clock.now()).await?
    {
        return Err(Problem::LastAdministrator.into());
    }
    Ok(())
}

/// Deletes the account. The audit log keeps its id as a pseudonym, and nothing by which the person is known.
pub async fn erase(app: &App, tx: &Tx, account: &Account) -> Result<()> {
    // The rows go with the account, and who was signed in as him is to be told.
    sessions::end_all(app, tx, (account.id, None), Ending::AccountDeleted).await?;
    let email_key = email_address::fold(&account.email);
    attempts::forgive(tx, &email_key).await?;
    let mut own = vec![account.email.clone()];
    let former = verification::list_former(app, tx, account.id).await?;
    own.extend(former.into_iter().map(|former| former.email));
    for email in &own {
        mail::forget(tx, email).await?;
        audit::erase_naming(tx, email).await?;
    }
    // An address that was never proved may be somebody else's, with mails of his own that wait.
    if let Some(pending) = verification::pending(app, tx, account.id).await? {
        mail::forget_finished(tx, &pending).await?;
    }
    store::delete_invitations(tx, account.id, &email_key).await?;
    store::delete(tx, account.id).await?;
    audit::erase_of(tx, account.id).await?;
    Ok(())
}
