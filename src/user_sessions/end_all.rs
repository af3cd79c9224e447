//! End all sessions of somebody.
//!
//! Doors: `DELETE /users/{user_id}/sessions`, `gatepost user logout`.

use axum::extract::State;

use super::managed;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::sessions::{self, Ended, Ending, Staff};

/// Ends the sessions and answers how many those were. The user can log in again.
pub async fn end_all(app: &App, staff: &Staff, id: AccountId) -> Result<Ended> {
    managed::require(app, staff, id).await?;
    let why = Ending::RevokedByStaff;
    app.db
        .transaction(|tx| async move {
            managed::hold(&tx, staff, id).await?;
            let ended = sessions::end_all(app, &tx, (id, None), why).await?;
            let note = audit::note(Event::SessionsEnded, staff).on(id);
            let note = note.because(why.code()).with("ended", ended);
            note.write(app, &tx).await?;
            Ok::<_, Error>(Ended { ended })
        })
        .await
}

/// End a user's sessions
///
/// Signs the user out everywhere. Nothing keeps the user from logging in again: to keep somebody out, lock the account.
#[utoipa::path(
    delete,
    path = "/users/{user_id}/sessions",
    operation_id = "user_sessions_end_all",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 200, description = "How many those were.", body = Ended),
        Unauthenticated, Forbidden, NoSuchUser, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<Json<Ended>> {
    Ok(Json(end_all(&app, &staff, id).await?))
}
