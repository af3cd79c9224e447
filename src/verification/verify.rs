//! Verify an address by the token that was mailed to it.
//!
//! Doors: `GET /verify-email/{user_id}/{token}`; the button on its page is in `confirm.rs`.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

use super::store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::{Run, Tx};
use crate::email_address;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Anyone, Token};
use crate::http::openapi::{BadLink, Invalid};
use crate::http::{Checked, Page, Redirect, prefers_html};
use crate::ids::AccountId;
use crate::roles::Role;

/// Uses the link: its address is now the account's, and proved. Works once.
pub async fn verify(app: &App, account: AccountId, token: &str) -> Result<()> {
    let digest = &crypto::digest(token.as_bytes());
    let now = app.clock.now();
    app.db
        .transaction(|tx| async move {
            let email = store::take(&tx, digest, account, now).await?;
            let email = email.ok_or(Problem::InvalidVerificationToken)?;
            set_verified(app, &tx, account, &email).await
        })
        .await
        .map_err(|error| match error {
            // Somebody else has taken the address in the meantime: the link leads nowhere.
            Error::Problem(Problem::EmailTaken) => Problem::InvalidVerificationToken.into(),
            error => error,
        })
}

/// Writes the proved address; the first proof gives the role that has waited for it.
pub(super) async fn set_verified(
    app: &App,
    tx: &Tx,
    account: AccountId,
    email: &str,
) -> Result<()> {
    let row = store::find_account(tx, account)
        .await?
        .ok_or(Error::NoSuchAccount(account))?;
    let role: Role = row.get("role")?;
    let pending: Option<Role> = row.get("pending_role")?;
    let verified_at: Option<Timestamp> = row.get("email_verified_at")?;
    let role = match verified_at {
        None => pending.unwrap_or(role).max(Role::Authenticated),
        // A new address gives back no role that was taken.
        Some(_) => role,
    };
    let key = email_address::fold(email);
    store::set_verified(tx, account, (email, &key), (role, app.clock.now())).await?;
    Ok(())
}

/// Whether the link would work, without using it.
async fn is_valid(app: &App, run: &impl Run, account: AccountId, token: &str) -> Result<bool> {
    let digest = crypto::digest(token.as_bytes());
    Ok(store::find(run, &digest, account, app.clock.now())
        .await?
        .is_some())
}

/// Verify an e-mail address
///
/// The link in the mail. A program is redirected, and the address is verified. A browser (`Accept` names `text/html`) gets a page
/// with a button, so that a mail scanner that opens links proves nothing for a stranger.
#[utoipa::path(
    get,
    path = "/verify-email/{user_id}/{token}",
    operation_id = "verification_verify",
    tag = "Login and Registration",
    security(()),
    params(
        ("user_id" = uuid::Uuid, Path, description = "The account.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c"),
        ("token" = String, Path, description = "The token from the mail.", example = "dG9rZW4tZnJvbS10aGUtbWFpbA")
    ),
    responses(
        (status = 200, description = "For a browser: the page with the button. For its `fetch`: the page that the redirect leads to.",
            content_type = "text/html", body = String, example = "<!doctype html><title>Confirm your address</title>"),
        (status = 307, description = "Verified. See the configured destination.",
            headers(("Location" = String, description = "The configured destination, by default `/`"))),
        BadLink,
        Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(_, (account, Token(token))): Checked<Anyone, (AccountId, Token)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let for_people = prefers_html(&headers);
    // HEAD confirms nothing, and neither does opening the page.
    if method == Method::HEAD || for_people {
        if is_valid(&app, &app.db, account, &token).await? {
            return Page::new("verification/confirm.html")
                .with("action", "")
                .render(&app);
        }
        if for_people {
            return Page::new("verification/invalid.html")
                .status(400)
                .render(&app);
        }
        return Err(Problem::InvalidVerificationToken.into());
    }
    verify(&app, account, &token).await?;
    Ok(Redirect::temporary(app.config.registration.verified_destination.clone()).into_response())
}
