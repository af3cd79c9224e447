//! Mark somebody as a professional.
//!
//! Doors: `POST /users/{user_id}/professional`, `gatepost user grant-professional`, the page of a person in the console.

use axum::extract::State;

use super::mark::mark;
use crate::accounts::{Account, AccountView, Viewer};
use crate::app::App;
use crate::error::Result;
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Marks the account. Doing so twice is no error.
pub async fn grant(app: &App, staff: &Staff, id: AccountId) -> Result<Account> {
    mark(app, staff, id, true).await
}

/// Mark a user as a professional
///
/// The person is told by mail. Staff mark those whom they manage, and nobody himself.
#[utoipa::path(
    post,
    path = "/users/{user_id}/professional",
    operation_id = "professionals_grant",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 200, description = "The marked user.", body = AccountView),
        Unauthenticated, Forbidden, NoSuchUser, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<Json<AccountView>> {
    let account = grant(&app, &staff, id).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Staff(&staff))))
}
