//! Update one's own account.
//!
//! Door: `PUT /myaccount/`; the page is in `dashboard.rs`.

use axum::Json;
use axum::extract::State;

use crate::accounts::{self, Account, AccountChange, AccountView, Viewer, store};
use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::Checked;
use crate::http::input;
use crate::http::openapi::{Forbidden, Invalid, Taken, Unauthenticated};
use crate::sessions::Caller;

/// Changes the caller's account. His role is not his to change.
pub async fn update(app: &App, caller: &Caller, change: &AccountChange) -> Result<Account> {
    let account = app
        .db
        .transaction(|tx| async move {
            let account = store::find_held(&tx, caller.account)
                .await?
                .ok_or(Problem::AuthenticationRequired)?;
            if change.role.is_some_and(|role| role != account.role) {
                return Err(Problem::NotPermitted.into());
            }
            accounts::apply(app, &tx, account, change).await
        })
        .await?;
    app.post.wake();
    Ok(account)
}

/// Update my account
///
/// Only the keys that are sent change; `null` clears an optional one. A new address takes effect when its own link is followed.
#[utoipa::path(
    put,
    path = "/myaccount",
    operation_id = "profile_update",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = AccountChange, example = json!({"first_name": "John", "last_name": "Doe", "bio": "Sea captain."})),
    responses(
        (status = 200, description = "The account after the change.", body = AccountView),
        Taken, Unauthenticated, Forbidden, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, input::Json(change)): Checked<Caller, input::Json<AccountChange>>,
) -> Result<Json<AccountView>> {
    let account = update(&app, &caller, &change).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Owner)))
}
