//! Unlock an account: lifts an administrator's lock and a lock-out by wrong passwords alike.
//!
//! Doors: `POST /users/{user_id}/unlock`, `gatepost user unlock`.

use axum::extract::State;

use super::{Account, AccountView, Viewer, record, store};
use crate::app::App;
use crate::attempts;
use crate::audit::{self, Event};
use crate::email_address;
use crate::error::Result;
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Unlocks the account. Unlocking one that is not locked is no error.
pub async fn unlock(app: &App, staff: &Staff, id: AccountId) -> Result<Account> {
    let now = app.clock.now();
    let done = app
        .db
        .transaction(|tx| async move {
            let account = store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            if account.locked_at.is_some() {
                store::set_locked_at(&tx, id, None, now).await?;
            }
            attempts::forgive(&tx, &email_address::fold(&account.email)).await?;
            let note = audit::note(Event::AccountUnlocked, staff).on(id);
            note.write(app, &tx).await?;
            store::get(&tx, id).await
        })
        .await;
    record::refusal(app, staff, (Event::AccountUnlocked, Some(id)), done).await
}

/// Unlock a user
///
/// Lifts an administrator's lock, and a lock-out by wrong passwords.
#[utoipa::path(
    post,
    path = "/users/{user_id}/unlock",
    operation_id = "accounts_unlock",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 200, description = "The unlocked user.", body = AccountView),
        Unauthenticated, Forbidden, NoSuchUser, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<Json<AccountView>> {
    let account = unlock(&app, &staff, id).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Staff(&staff))))
}
