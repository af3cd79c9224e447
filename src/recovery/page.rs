//! The page that asks for a link, and the one that says to look into the mail.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::request::request;
use crate::app::App;
use crate::error::Result;
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect};
use crate::pages;
use crate::sessions::Visitor;
use crate::verification::MailRequest;

/// `GET /forgot-password-form`
pub(super) async fn form(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    pages::with_viewer(Page::new("recovery/request.html"), &visitor).render(&app)
}

/// `POST /forgot-password-form`
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    form: FormText,
) -> Result<Response> {
    let asked = match form.read::<MailRequest>(&app) {
        Ok(asked) => request(&app, &client, &asked.email).await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(()) => Ok(Redirect::see_other("/forgot-password-form/done").into_response()),
        Err(error) if form.wants_json() => Err(error),
        Err(error) => {
            let fault = PageFault::of(error)?;
            Page::new("recovery/request.html")
                .because(&fault)
                .with("form", json!({"email": form.get("email")}))
                .with("fault", fault.general)
                .with("faults", fault.fields)
                .render(&app)
        }
    }
}

/// `GET /forgot-password-form/done`
pub(super) async fn done(State(app): State<App>) -> Result<Response> {
    Page::new("recovery/requested.html").render(&app)
}
