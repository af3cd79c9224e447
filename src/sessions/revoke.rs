//! End one of one's own sessions.
//!
//! Door: `DELETE /myaccount/sessions/{session_id}`; the page is in `page.rs`.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::{COOKIE, Caller, Ending, end_one};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Problem, Result};
use crate::http::openapi::{Forged, Invalid, NoSuchSession, Unauthenticated};
use crate::http::{Checked, NoContent, cookie};
use crate::ids::SessionId;

/// Ends the session; the caller's own is a logout. Ending one twice is no error. Somebody else's is not to be found.
pub async fn revoke(app: &App, caller: &Caller, id: SessionId) -> Result<()> {
    let (why, event) = if id == caller.session {
        (Ending::Logout, Event::Logout)
    } else {
        (Ending::Revoked, Event::SessionsEnded)
    };
    app.db
        .transaction(|tx| async move {
            let ended = end_one(app, &tx, (caller.account, id), why).await?;
            // The same answer for a session of somebody else: nobody learns that it exists.
            if ended.ok_or(Problem::NoSuchSession)? {
                let note = audit::note(event, caller).on(caller.account);
                let note = note.because(why.code()).with("session", id.to_string());
                note.with("ended", 1).write(app, &tx).await?;
            }
            Ok(())
        })
        .await
}

/// End one of my sessions
///
/// Its tokens and its cookie are good for nothing from now on. The own one is allowed: then it is a logout.
#[utoipa::path(
    delete,
    path = "/myaccount/sessions/{session_id}",
    operation_id = "sessions_revoke",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    params(("session_id" = uuid::Uuid, Path, description = "The session.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses((status = 204, description = "Ended."), Unauthenticated, Forged, NoSuchSession, Invalid)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, id): Checked<Caller, SessionId>,
) -> Result<Response> {
    revoke(&app, &caller, id).await?;
    if caller.by_cookie && id == caller.session {
        let gone = cookie::clear(&app.config, COOKIE);
        return Ok((AppendHeaders([(SET_COOKIE, gone)]), NoContent).into_response());
    }
    Ok(NoContent.into_response())
}
