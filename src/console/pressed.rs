//! A button of the console that was pressed: by whom, with what, and from a page that we have made for this session.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::{Address, Desk};
use crate::app::App;
use crate::error::Problem;
use crate::http::Redirect;
use crate::http::input::FormText;

/// Somebody of the staff, and the form that he has sent. One that another site has made, or that was made for another
/// session, is refused.
#[derive(Debug, Clone)]
pub struct Pressed {
    /// Who has pressed.
    pub desk: Desk,
    /// What stands in the form.
    pub form: FormText,
}

impl FromRequestParts<App> for Pressed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let desk = Desk::from_request_parts(parts, app).await?;
        let form = FormText::from_request_parts(parts, app).await;
        let form = form.map_err(IntoResponse::into_response)?;
        if !app.secrets.is_signed(&desk.form(), form.get("csrf_token")) {
            return Err(Problem::ForgedRequest.into_response());
        }
        Ok(Self { desk, form })
    }
}

/// Back to a page, which tells what was done: loading it again does nothing again.
pub fn back(path: &str, done: &str) -> Response {
    let to = Address::of(path, "").with(&[("done", Some(done))]);
    Redirect::see_other(to.href()).into_response()
}
