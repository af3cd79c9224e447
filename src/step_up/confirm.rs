//! Confirm one's password: what asks for a recent login is open again for a while.
//!
//! Doors: `POST /myaccount/confirm-password`; the page is in `page.rs`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::check::check_password;
use crate::accounts::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::http::input::{Fields, Json};
use crate::http::openapi::{Invalid, NotConfirmed, Unauthenticated};
use crate::http::{Checked, JsonOrCookie};
use crate::sessions::{self, Caller, LoggedIn, Tokens};
use crate::shape_of;

/// The password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordConfirmation {
    /// The password that is in force.
    #[schema(max_length = 1024, format = Password, write_only, example = "Secure*1234")]
    pub password: String,
}

impl Fields for PasswordConfirmation {
    shape_of!(PasswordConfirmation);
}

/// Checks the password and gives the caller a new, fresh session in place of his.
pub async fn confirm(app: &App, caller: &Caller, password: &str) -> Result<LoggedIn> {
    check_password(app, caller, password).await?;
    app.db
        .transaction(|tx| async move {
            // Held: a new password that ends all sessions at this moment ends the new one as well, or this one before.
            let account = store::find_held(&tx, caller.account).await?;
            let account = account.ok_or(Problem::AuthenticationRequired)?;
            let session = sessions::renew(app, &tx, caller, account.person()).await?;
            let note = audit::note(Event::Reauthenticated, caller).on(caller.account);
            note.write(app, &tx).await?;
            Ok::<_, Error>(session)
        })
        .await
}

/// Confirm my password
///
/// What could take the account away, such as another e-mail address, asks for a password that was typed a few minutes ago (401
/// `fresh_login_required`). This gives the session new tokens, good for that (a browser that is known by its cookie: a new cookie,
/// and 204).
#[utoipa::path(
    post,
    path = "/myaccount/confirm-password",
    operation_id = "step_up_confirm",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = PasswordConfirmation, example = json!({"password": "Secure*1234"})),
    responses(
        (status = 200, description = "Confirmed. The tokens of the new session.", body = Tokens),
        (status = 204, description = "Confirmed. The cookie names the new session."),
        Unauthenticated, NotConfirmed, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, Json(confirmation)): Checked<Caller, Json<PasswordConfirmation>>,
) -> Result<JsonOrCookie<Tokens>> {
    let session = confirm(&app, &caller, &confirmation.password).await?;
    session.answer(&app).await
}
