//! End one session of somebody.
//!
//! Doors: `DELETE /users/{user_id}/sessions/{session_id}`, `gatepost user logout WHO --session ID`.

use axum::extract::State;

use super::managed;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Problem, Result};
use crate::http::openapi::{ErrorBody, Forbidden, Invalid, Unauthenticated};
use crate::http::{Checked, NoContent};
use crate::ids::{AccountId, SessionId};
use crate::sessions::{Ending, Staff, end_one};

/// Ends the session. Ending one twice is no error.
pub async fn end(app: &App, staff: &Staff, (account, id): (AccountId, SessionId)) -> Result<()> {
    managed::require(app, staff, account).await?;
    let why = Ending::RevokedByStaff;
    app.db
        .transaction(|tx| async move {
            managed::hold(&tx, staff, account).await?;
            let ended = end_one(app, &tx, (account, id), why).await?;
            if ended.ok_or(Problem::NoSuchSession)? {
                let note = audit::note(Event::SessionsEnded, staff).on(account);
                let note = note.because(why.code()).with("session", id.to_string());
                note.with("ended", 1).write(app, &tx).await?;
            }
            Ok(())
        })
        .await
}

/// End one session of a user
///
/// Its tokens and its cookie are good for nothing from now on.
#[utoipa::path(
    delete,
    path = "/users/{user_id}/sessions/{session_id}",
    operation_id = "user_sessions_end",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c"),
        ("session_id" = uuid::Uuid, Path, description = "The session.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2d")
    ),
    responses(
        (status = 204, description = "Ended."),
        (status = 404, description = "No account has this id, or it has no such session.", body = ErrorBody,
            example = json!({"detail": "Session not found.", "code": "session_not_found"})),
        Unauthenticated, Forbidden, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, of): Checked<Staff, (AccountId, SessionId)>,
) -> Result<NoContent> {
    end(&app, &staff, of).await?;
    Ok(NoContent)
}
