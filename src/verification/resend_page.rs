//! The page that asks for the verification link again.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::ask::MailRequest;
use super::resend::resend;
use crate::app::App;
use crate::error::Result;
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect};

/// `GET /resend-verification`
pub(super) async fn form(State(app): State<App>) -> Result<Response> {
    Page::new("verification/resend.html").render(&app)
}

/// `POST /resend-verification`
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    form: FormText,
) -> Result<Response> {
    let asked = match form.read::<MailRequest>(&app) {
        Ok(request) => resend(&app, &client, &request.email).await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(()) => Ok(Redirect::see_other("/resend-verification/done").into_response()),
        Err(error) if form.wants_json() => Err(error),
        Err(error) => {
            let fault = PageFault::of(error)?;
            Page::new("verification/resend.html")
                .because(&fault)
                .with("form", json!({"email": form.get("email")}))
                .with("fault", fault.general)
                .with("faults", fault.fields)
                .render(&app)
        }
    }
}

/// `GET /resend-verification/done`
pub(super) async fn done(State(app): State<App>) -> Result<Response> {
    Page::new("verification/resent.html").render(&app)
}
