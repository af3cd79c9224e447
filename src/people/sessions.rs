//! The button that ends one session of a person.

use axum::extract::State;
use axum::response::Response;

use super::page_of;
use crate::app::App;
use crate::console::{Pressed, back};
use crate::error::{Error, Problem, Result};
use crate::http::Checked;
use crate::http::input::Anyone;
use crate::ids::{AccountId, SessionId};
use crate::user_sessions;

/// `POST /admin/people/{user_id}/sessions/{session_id}/end`
pub(super) async fn end_it(
    State(app): State<App>,
    pressed: Pressed,
    Checked(_, (id, session)): Checked<Anyone, (AccountId, SessionId)>,
) -> Result<Response> {
    let ended = user_sessions::end(&app, &pressed.desk.staff, (id, session)).await;
    match ended {
        // Of no concern to whoever wanted it gone.
        Ok(()) | Err(Error::Problem(Problem::NoSuchSession)) => {
            Ok(back(&page_of(id), "session-ended"))
        }
        Err(error) => Err(error),
    }
}
