//! Delete somebody's account, with all that belongs to it.
//!
//! Doors: `DELETE /users/{user_id}`, `gatepost user delete`.

use axum::extract::State;

use super::store;
use crate::app::App;
use crate::attempts;
use crate::email_address;
use crate::error::{Problem, Result};
use crate::http::openapi::{Forbidden, Invalid, LastAdmin, NoSuchUser, Unauthenticated};
use crate::http::{Checked, NoContent};
use crate::ids::AccountId;
use crate::roles::Role;
use crate::sessions::Staff;

/// Deletes the account; its sessions end with it. The last administrator stays.
pub async fn delete(app: &App, staff: &Staff, id: AccountId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let account = store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            if account.role == Role::Admin
                && !store::has_admin_besides(&tx, id, app.clock.now()).await?
            {
                return Err(Problem::LastAdministrator.into());
            }
            attempts::forgive(&tx, &email_address::fold(&account.email)).await?;
            Ok(store::delete(&tx, id).await?)
        })
        .await
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
