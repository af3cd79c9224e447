//! Delete somebody's account, with all that belongs to it.
//!
//! Doors: `DELETE /users/{user_id}`, `gatepost user delete`.

use axum::extract::State;

use super::{erase, record, require_other_admin, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::http::openapi::{Forbidden, Invalid, LastAdmin, NoSuchUser, Unauthenticated};
use crate::http::{Checked, NoContent};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Deletes the account; its sessions end with it. The last administrator stays.
pub async fn delete(app: &App, staff: &Staff, id: AccountId) -> Result<()> {
    let done = app
        .db
        .transaction(|tx| async move {
            let account = store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            require_other_admin(app, &tx, &account).await?;
            erase(app, &tx, &account).await?;
            let note = audit::note(Event::AccountDeleted, staff).on(id);
            let note = note.with("role", account.role.name());
            note.write(app, &tx).await?;
            if staff.account == Some(id) {
                audit::erase_of(&tx, id).await?;
            }
            Ok::<_, Error>(())
        })
        .await;
    record::refusal(app, staff, (Event::AccountDeleted, Some(id)), done).await
}

/// Delete a user
///
/// Deletes the account with its sessions and links. The last administrator stays.
#[utoipa::path(
    delete,
    path = "/users/{user_id}",
    operation_id = "accounts_delete",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 204, description = "Deleted."),
        Unauthenticated, Forbidden, NoSuchUser, LastAdmin, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<NoContent> {
    delete(&app, &staff, id).await?;
    Ok(NoContent)
}
