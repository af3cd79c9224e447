//! The page behind the link that the old address gets. Opening it changes nothing: a mail scanner that opens links does no harm.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::undo::{EmailUndo, undo};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect};

const PAGE: &str = "verification/undo.html";

/// `GET /undo-email-change`
pub(super) async fn form(State(app): State<App>) -> Result<Response> {
    Page::new(PAGE).render(&app)
}

/// `POST /undo-email-change-form`
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    form: FormText,
) -> Result<Response> {
    let done = match form.read::<EmailUndo>(&app) {
        Ok(typed) => undo(&app, &client, &typed).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::see_other("/undo-email-change/done").into_response()),
        Err(error) if form.wants_json() => Err(error),
        Err(error) => {
            let is_dead = matches!(error, Error::Problem(Problem::InvalidUndoToken));
            let fault = PageFault::of(error)?;
            Page::new(PAGE)
                .because(&fault)
                .with("is_dead", is_dead)
                .with("fault", fault.general)
                .with("faults", fault.fields)
                .render(&app)
        }
    }
}

/// `GET /undo-email-change/done`
pub(super) async fn done(State(app): State<App>) -> Result<Response> {
    Page::new("verification/undone.html").render(&app)
}
