//! The buttons beside an invitation on the page of invitations.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::page::{done, failed, presser};
use super::resend::resend;
use super::revoke::revoke;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::input::FormText;
use crate::http::{Checked, Redirect};
use crate::ids::InvitationId;
use crate::sessions::{Caller, Staff, Visitor};

/// `POST /invitations-form/{invitation_id}/resend`
pub(super) async fn resend_it(
    State(app): State<App>,
    Checked(visitor, id): Checked<Visitor, InvitationId>,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = presser(&app, visitor, &form)? else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    let pressed = resend(&app, &Staff::of(&caller)?, id).await;
    finish(&app, &caller, pressed.map(|_| "resent")).await
}

/// `POST /invitations-form/{invitation_id}/revoke`
pub(super) async fn revoke_it(
    State(app): State<App>,
    Checked(visitor, id): Checked<Visitor, InvitationId>,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = presser(&app, visitor, &form)? else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    let pressed = revoke(&app, &Staff::of(&caller)?, id).await;
    finish(&app, &caller, pressed.map(|()| "revoked")).await
}

async fn finish(app: &App, caller: &Caller, pressed: Result<&str, Error>) -> Result<Response> {
    match pressed {
        Ok(what) => Ok(done(what)),
        Err(error) => failed(app, caller, (error, Value::Null)).await,
    }
}
