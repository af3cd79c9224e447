//! The page behind the mailed link. Opening it changes nothing: a mail scanner that opens links does no harm.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::reset::{PasswordReset, reset};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect};

/// `GET /reset-password`
pub(super) async fn form(State(app): State<App>) -> Result<Response> {
    Page::new("recovery/reset.html").render(&app)
}

/// `POST /reset-password-form`. Nobody is logged in by it, on purpose: whoever found an open mailbox has to come back with the
/// password, which its owner is told was changed.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    form: FormText,
) -> Result<Response> {
    let done = match form.read::<PasswordReset>(&app) {
        Ok(typed) => reset(&app, &client, &typed).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::see_other("/login-form?done=new-password").into_response()),
        Err(error) if form.wants_json() => Err(error),
        Err(error) => failed(&app, &form, error),
    }
}

/// The form again. The code stays in it, unless it is known to be useless.
fn failed(app: &App, form: &FormText, error: Error) -> Result<Response> {
    let is_dead = matches!(error, Error::Problem(Problem::InvalidRecoveryToken));
    let code = if is_dead {
        ""
    } else {
        form.get("token").trim()
    };
    let fault = PageFault::of(error)?;
    Page::new("recovery/reset.html")
        .because(&fault)
        .with("code", code)
        .with("is_dead", is_dead)
        .with("fault", fault.general)
        .with("faults", fault.fields)
        .render(app)
}
