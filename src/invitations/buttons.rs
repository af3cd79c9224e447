//! The buttons beside an invitation in the console.

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::console::{PAGE, failed};
use super::resend::resend;
use super::revoke::revoke;
use crate::app::App;
use crate::console::{Desk, Pressed, back};
use crate::error::{Error, Result};
use crate::http::Checked;
use crate::http::input::Anyone;
use crate::ids::InvitationId;

/// `POST /admin/invitations/{invitation_id}/resend`
pub(super) async fn resend_it(
    State(app): State<App>,
    Pressed { desk, .. }: Pressed,
    Checked(_, id): Checked<Anyone, InvitationId>,
) -> Result<Response> {
    let pressed = resend(&app, &desk.staff, id).await;
    finish(&app, &desk, pressed.map(|_| "resent")).await
}

/// `POST /admin/invitations/{invitation_id}/revoke`
pub(super) async fn revoke_it(
    State(app): State<App>,
    Pressed { desk, .. }: Pressed,
    Checked(_, id): Checked<Anyone, InvitationId>,
) -> Result<Response> {
    let pressed = revoke(&app, &desk.staff, id).await;
    finish(&app, &desk, pressed.map(|()| "revoked")).await
}

async fn finish(app: &App, desk: &Desk, pressed: Result<&str, Error>) -> Result<Response> {
    match pressed {
        Ok(what) => Ok(back(PAGE, what)),
        Err(error) => failed(app, desk, (error, Value::Null)).await,
    }
}
