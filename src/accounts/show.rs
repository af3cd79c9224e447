//! Show somebody's account.
//!
//! Doors: `GET /users/{user_id}`, `gatepost user show`.

use axum::extract::State;

use super::{Account, AccountView, Viewer, store};
use crate::app::App;
use crate::error::Result;
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// The account. Managers see everybody.
pub async fn show(app: &App, _staff: &Staff, id: AccountId) -> Result<Account> {
    store::get(&app.db, id).await
}

/// Show a user
///
/// Managers and administrators see everybody; the links name what they may do.
#[utoipa::path(
    get,
    path = "/users/{user_id}",
    operation_id = "accounts_show",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 200, description = "The user.", body = AccountView),
        Unauthenticated, Forbidden, NoSuchUser, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<Json<AccountView>> {
    let account = show(&app, &staff, id).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Staff(&staff))))
}
