//! End the sessions of everybody, as after a theft.
//!
//! Doors: `DELETE /sessions`, `gatepost user logout --everybody`.

use axum::extract::State;

use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::error::{Error, Problem, Result};
use crate::http::openapi::{Forbidden, Unauthenticated};
use crate::http::{Checked, Json};
use crate::roles::Role;
use crate::sessions::{self, Ended, Ending, Staff};

/// Ends the sessions of all accounts but the one that asks, and answers how many those were. For administrators.
pub async fn end_everyones(app: &App, staff: &Staff) -> Result<Ended> {
    let (by, why) = (&Actor::from(staff), Ending::RevokedByStaff);
    if staff.role != Role::Admin {
        let note = audit::note(Event::SessionsEnded, by);
        note.refused("role").write(app, &app.db).await?;
        return Err(Problem::NotPermitted.into());
    }
    app.db
        .transaction(|tx| async move {
            let ended = sessions::end_everyones(app, &tx, by.session, why).await?;
            let note = audit::note(Event::SessionsEnded, by).because(why.code());
            let note = note.with("everybody", true).with("ended", ended);
            note.write(app, &tx).await?;
            Ok::<_, Error>(Ended { ended })
        })
        .await
}

/// End everybody's sessions
///
/// Signs everybody out but the administrator who asks. Everybody can log in again.
#[utoipa::path(
    delete,
    path = "/sessions",
    operation_id = "user_sessions_end_everyones",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    responses((status = 200, description = "How many those were.", body = Ended), Unauthenticated, Forbidden)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, ()): Checked<Staff>,
) -> Result<Json<Ended>> {
    Ok(Json(end_everyones(&app, &staff).await?))
}
