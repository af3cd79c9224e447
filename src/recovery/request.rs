//! Request a link by which the owner of an address chooses a new password.
//!
//! Door: `POST /forgot-password`; the page is in `page.rs`, and what happens after the answer in `mail_link.rs`.

use axum::extract::State;

use super::MAIL_LINK;
use crate::app::App;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::http::input::{Anyone, JsonOrForm};
use crate::http::openapi::{Invalid, TooMany};
use crate::http::{Checked, Client, Json};
use crate::verification::{self, MailRequest, OnItsWay};

/// Sees to it that the owner of an account with this address gets a link. Whoever asks learns nothing, not even by the time that it
/// takes: the account is looked up afterwards.
pub async fn request(app: &App, client: &Client, email: &EmailAddress) -> Result<()> {
    verification::ask(app, client, (MAIL_LINK.0, email)).await
}

/// Forgot my password
///
/// Mails a link for a new password to the account with this address; older links stop working. The answer is the same whether or
/// not there is one.
#[utoipa::path(
    post,
    path = "/forgot-password",
    operation_id = "recovery_request",
    tag = "Login and Registration",
    security(()),
    request_body(content(
        (MailRequest = "application/json"),
        (MailRequest = "application/x-www-form-urlencoded"),
        (MailRequest = "multipart/form-data")
    )),
    responses((status = 200, description = "Always the same.", body = OnItsWay), Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, JsonOrForm(asked)): Checked<Anyone, JsonOrForm<MailRequest>>,
) -> Result<Json<OnItsWay>> {
    request(&app, &client, &asked.email).await?;
    Ok(Json(OnItsWay::ANSWER))
}
