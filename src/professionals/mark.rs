//! Mark an account, or take the mark away: what both operations have in common.

use super::store;
use crate::accounts::{Account, store as account_store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::error::{Error, Problem, Result};
use crate::ids::AccountId;
use crate::notices::{self, Notice};
use crate::sessions::Staff;

/// Writes the mark and tells the person by mail. What is so already stays as it is, and nobody is told again.
pub(super) async fn mark(
    app: &App,
    staff: &Staff,
    id: AccountId,
    is_professional: bool,
) -> Result<Account> {
    let (event, notice) = if is_professional {
        (Event::ProfessionalGranted, Notice::ProfessionalGranted)
    } else {
        (Event::ProfessionalWithdrawn, Notice::ProfessionalWithdrawn)
    };
    let done = app
        .db
        .transaction(|tx| async move {
            let account = account_store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            // Nobody marks himself.
            if staff.account == Some(id) {
                return Err(Error::from(Problem::NotPermitted));
            }
            if account.is_professional == is_professional {
                return Ok(account);
            }
            store::set(&tx, id, is_professional, app.clock.now()).await?;
            let by = Actor::from(staff);
            // An address that was never proved may be a stranger's.
            if account.email_verified_at.is_some() {
                notices::send(app, &tx, (notice, &account.reader()), &by.client).await?;
            }
            audit::note(event, staff).on(id).write(app, &tx).await?;
            account_store::get(&tx, id).await
        })
        .await;
    if let Err(Error::Problem(Problem::NotPermitted)) = &done {
        let note = audit::note(Event::AccessDenied, staff).on(id);
        let note = note.refused("manage").with("event", event.code());
        note.write(app, &app.db).await?;
    }
    done
}
