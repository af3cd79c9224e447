//! Confirm an address: the button on the page behind the mailed link.
//!
//! Door: `POST /verify-email/{user_id}/{token}`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::verify::verify;
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Anyone, Token};
use crate::http::openapi::{BadLink, Invalid};
use crate::http::{Checked, Client, Page, Redirect, prefers_html};
use crate::ids::AccountId;

/// Confirm an e-mail address
///
/// What the button of the page sends. The token is the proof: no session and no cookie are looked at.
#[utoipa::path(
    post,
    path = "/verify-email/{user_id}/{token}",
    operation_id = "verification_confirm",
    tag = "Login and Registration",
    security(()),
    params(
        ("user_id" = uuid::Uuid, Path, description = "The account.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c"),
        ("token" = String, Path, description = "The token from the mail.", example = "dG9rZW4tZnJvbS10aGUtbWFpbA")
    ),
    responses(
        (status = 200, description = "What a browser's `fetch` sees after it has followed the redirect.",
            content_type = "text/html", body = String, example = "<!doctype html><title>Gatepost</title>"),
        (status = 303, description = "Verified. See the configured destination.",
            headers(("Location" = String, description = "The configured destination, by default `/`"))),
        BadLink,
        Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, (account, Token(token))): Checked<Anyone, (AccountId, Token)>,
    headers: HeaderMap,
) -> Result<Response> {
    match verify(&app, &client, (account, &token)).await {
        Ok(()) => Ok(
            Redirect::see_other(app.config.registration.verified_destination.clone())
                .into_response(),
        ),
        Err(Error::Problem(Problem::InvalidVerificationToken)) if prefers_html(&headers) => {
            Page::new("verification/invalid.html")
                .status(400)
                .render(&app)
        }
        Err(error) => Err(error),
    }
}
