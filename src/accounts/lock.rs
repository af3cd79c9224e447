//! Lock an account: it stays, but nobody can use it until it is unlocked.
//!
//! Doors: `POST /users/{user_id}/lock`, `gatepost user lock`.

use axum::extract::State;

use super::{Account, AccountView, Viewer, record, require_other_admin, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::http::openapi::{Forbidden, Invalid, LastAdmin, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::sessions::{Ending, Staff, end_all};

/// Locks the account and ends its sessions. Locking twice is no error.
pub async fn lock(app: &App, staff: &Staff, id: AccountId) -> Result<Account> {
    let now = app.clock.now();
    let done = app
        .db
        .transaction(|tx| async move {
            let account = store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            require_other_admin(app, &tx, &account).await?;
            if account.locked_at.is_none() {
                store::set_locked_at(&tx, id, Some(now), now).await?;
            }
            let ended = end_all(app, &tx, (id, None), Ending::AccountLocked).await?;
            let note = audit::note(Event::AccountLocked, staff).on(id);
            note.with("sessions_ended", ended).write(app, &tx).await?;
            store::get(&tx, id).await
        })
        .await;
    record::refusal(app, staff, (Event::AccountLocked, Some(id)), done).await
}

/// Lock a user
///
/// Ends all sessions of the user and refuses new ones until the lock is lifted.
#[utoipa::path(
    post,
    path = "/users/{user_id}/lock",
    operation_id = "accounts_lock",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 200, description = "The locked user.", body = AccountView),
        Unauthenticated, Forbidden, NoSuchUser, LastAdmin, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<Json<AccountView>> {
    let account = lock(&app, &staff, id).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Staff(&staff))))
}
