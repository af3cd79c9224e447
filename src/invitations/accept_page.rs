//! The page behind the mailed link. Opening it changes nothing: a mail scanner that opens links accepts nothing for anybody.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::accept::{Acceptance, accept};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect};
use crate::pages;
use crate::sessions::Visitor;

const TEMPLATE: &str = "invitations/accept.html";

/// `GET /accept-invitation`
pub(super) async fn form(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    pages::with_viewer(Page::new(TEMPLATE), &visitor).render(&app)
}

/// `POST /accept-invitation`
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    form: FormText,
) -> Result<Response> {
    let accepted = match form.read::<Acceptance>(&app) {
        Ok(typed) => accept(&app, &client, typed).await.map(drop),
        Err(error) => Err(error),
    };
    match accepted {
        Ok(()) => Ok(Redirect::see_other("/accept-invitation/done").into_response()),
        Err(error) if form.wants_json() => Err(error),
        Err(error) => failed(&app, &form, error),
    }
}

/// The form again, with what was typed but the password. The code stays in it, unless it is known to be useless.
fn failed(app: &App, form: &FormText, error: Error) -> Result<Response> {
    let is_dead = matches!(error, Error::Problem(Problem::InvalidInvitation));
    let code = if is_dead {
        ""
    } else {
        form.get("token").trim()
    };
    let mut typed = form.fields().clone();
    typed.remove("password");
    typed.remove("token");
    let fault = PageFault::of(error)?;
    Page::new(TEMPLATE)
        .because(&fault)
        .with("code", code)
        .with("is_dead", is_dead)
        .with("form", Value::Object(typed))
        .with("fault", fault.general)
        .with("faults", fault.fields)
        .render(app)
}

/// `GET /accept-invitation/done`
pub(super) async fn done(State(app): State<App>) -> Result<Response> {
    Page::new("invitations/accepted.html").render(&app)
}
