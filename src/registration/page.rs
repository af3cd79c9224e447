//! The registration form: e-mail and password, and everything else if one likes.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::register::register;
use crate::accounts::NewAccount;
use crate::app::App;
use crate::config::RegistrationMode;
use crate::error::Result;
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect};
use crate::pages;
use crate::sessions::Visitor;

/// What the form shows again after a fault: everything but the password.
pub(super) fn typed(form: &FormText) -> Value {
    let mut typed: Map<String, Value> = form.fields().clone();
    typed.remove("password");
    Value::Object(typed)
}

/// The form, or what to do where there is none.
fn blank(app: &App) -> Page {
    let mode = app.config.registration.mode;
    Page::new("registration/form.html").with("by_domain", mode == RegistrationMode::Domains)
}

/// `GET /register-form`
pub(super) async fn form(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    pages::with_viewer(blank(&app), &visitor).render(&app)
}

/// `POST /register_with_form/`
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    form: FormText,
) -> Result<Response> {
    let registered = match form.read::<NewAccount>(&app) {
        Ok(new) => register(&app, &client, &new).await.map(drop),
        Err(error) => Err(error),
    };
    match registered {
        Ok(()) => Ok(Redirect::see_other("/register-form/done").into_response()),
        Err(error) if form.wants_json() => Err(error),
        Err(error) => {
            let fault = PageFault::of(error)?;
            let page = blank(&app).because(&fault).with("form", typed(&form));
            page.with("fault", fault.general)
                .with("faults", fault.fields)
                .render(&app)
        }
    }
}

/// `GET /register-form/done`
pub(super) async fn done(State(app): State<App>) -> Result<Response> {
    Page::new("registration/done.html").render(&app)
}
