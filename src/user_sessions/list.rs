//! List somebody's sessions: those that are open, and those that have ended in the last 30 days, with the reason.
//!
//! Doors: `GET /users/{user_id}/sessions`, `gatepost user sessions`.

use axum::extract::State;

use crate::accounts::store;
use crate::app::App;
use crate::audit::Actor;
use crate::error::Result;
use crate::http::input::Query;
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::sessions::{SessionPage, SessionQuery, Staff, list_of};

/// The sessions. Managers see those of everybody.
pub async fn list(
    app: &App,
    staff: &Staff,
    id: AccountId,
    query: &SessionQuery,
) -> Result<SessionPage> {
    store::get(&app.db, id).await?;
    list_of(app, (id, Actor::from(staff).session), query).await
}

/// List a user's sessions
///
/// Where the user is signed in, and which sessions have ended in the last 30 days, with the reason.
#[utoipa::path(
    get,
    path = "/users/{user_id}/sessions",
    operation_id = "user_sessions_list",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c"),
        SessionQuery
    ),
    responses(
        (status = 200, description = "A part of the sessions.", body = SessionPage),
        Unauthenticated, Forbidden, NoSuchUser, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, (id, Query(query))): Checked<Staff, (AccountId, Query<SessionQuery>)>,
) -> Result<Json<SessionPage>> {
    Ok(Json(list(&app, &staff, id, &query).await?))
}
