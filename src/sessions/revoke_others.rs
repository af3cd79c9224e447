//! End all of one's own sessions but the one that asks.
//!
//! Door: `DELETE /myaccount/sessions`; the page is in `page.rs`.

use axum::extract::State;

use super::{Caller, Ended, Ending, end_all};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::http::openapi::{Forged, Unauthenticated};
use crate::http::{Checked, Json};

/// Ends the others and answers how many those were.
pub async fn revoke_others(app: &App, caller: &Caller) -> Result<Ended> {
    let why = Ending::Revoked;
    app.db
        .transaction(|tx| async move {
            let others = (caller.account, Some(caller.session));
            let ended = end_all(app, &tx, others, why).await?;
            let note = audit::note(Event::SessionsEnded, caller).on(caller.account);
            let note = note.because(why.code()).with("ended", ended);
            note.write(app, &tx).await?;
            Ok::<_, Error>(Ended { ended })
        })
        .await
}

/// End my other sessions
///
/// Signs you out everywhere but here.
#[utoipa::path(
    delete,
    path = "/myaccount/sessions",
    operation_id = "sessions_revoke_others",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    responses((status = 200, description = "How many those were.", body = Ended), Unauthenticated, Forged)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, ()): Checked<Caller>,
) -> Result<Json<Ended>> {
    Ok(Json(revoke_others(&app, &caller).await?))
}
