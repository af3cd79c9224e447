//! Show one's own account.
//!
//! Door: `GET /myaccount`; the page is in `dashboard.rs`.

use axum::extract::State;

use crate::accounts::{Account, AccountView, Viewer, store};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::openapi::Unauthenticated;
use crate::http::{Checked, Json};
use crate::sessions::{Caller, Own};

/// The caller's account, read anew: for pages, which look at the session first.
pub async fn show(app: &App, caller: &Caller) -> Result<Account> {
    let account = store::find(&app.db, caller.account).await?;
    // Deleted since the session was checked: then nobody is signed in.
    account.ok_or(Error::Problem(Problem::AuthenticationRequired))
}

/// Show my account
///
/// Who is signed in, as the database says now, with links to what he can do.
#[utoipa::path(
    get,
    path = "/myaccount",
    operation_id = "profile_show",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    responses((status = 200, description = "Who is signed in.", body = AccountView), Unauthenticated)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(Own(_, row), ()): Checked<Own>,
) -> Result<Json<AccountView>> {
    let account = Account::read(&row)?;
    Ok(Json(AccountView::of(&app, account, Viewer::Owner)))
}
