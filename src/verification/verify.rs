//! Verify an address by the token that was mailed to it.
//!
//! Doors: `GET /verify-email/{user_id}/{token}`; the button on its page is in `confirm.rs`.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

use super::{former, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::crypto;
use crate::db::{Run, Tx};
use crate::email_address;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Anyone, Token};
use crate::http::openapi::{BadLink, Invalid};
use crate::http::{Checked, Client, Page, Redirect, prefers_html};
use crate::ids::AccountId;
use crate::limits::{self, Rate};
use crate::roles::Role;

/// Uses the link: its address is now the account's, and proved. Works once.
pub async fn verify(app: &App, client: &Client, (account, token): (AccountId, &str)) -> Result<()> {
    let digest = &crypto::digest(token.as_bytes());
    let used = use_link(app, client, (account, digest)).await;
    let refusal = match used {
        Ok(()) => return Ok(()),
        Err(Error::Problem(Problem::InvalidVerificationToken)) => "invalid_token",
        // Somebody else has taken the address in the meantime: the link leads nowhere.
        Err(Error::Problem(Problem::EmailTaken)) => "email_taken",
        Err(error) => return Err(error),
    };
    note_refusal(app, client, (account, refusal)).await?;
    Err(Problem::InvalidVerificationToken.into())
}

async fn use_link(
    app: &App,
    client: &Client,
    (account, digest): (AccountId, &[u8; 32]),
) -> Result<()> {
    // Looked at first, so that whoever guesses makes nobody wait for the account.
    let now = app.clock.now();
    let found = store::find(&app.db, digest, account, now).await?;
    found.ok_or(Problem::InvalidVerificationToken)?;
    app.db
        .transaction(|tx| async move {
            // The account before its links, as everybody else who holds both: nobody waits in a circle.
            let held = store::find_held(&tx, account).await?;
            let held = held.ok_or(Problem::InvalidVerificationToken)?;
            let email = store::take(&tx, digest, account, now).await?;
            let email = email.ok_or(Problem::InvalidVerificationToken)?;
            set_verified(app, &tx, (account, &email)).await?;
            if email != held.email {
                former::note_change(app, &tx, (&held, &email), client).await?;
            }
            let note = audit::note(Event::EmailVerified, client).on(account);
            let note = note.because("link").personal("email", email);
            note.write(app, &tx).await
        })
        .await
}

/// Writes the refusal down. The link names the account, and so can a guess: the entry names one that exists.
async fn note_refusal(
    app: &App,
    client: &Client,
    (account, why): (AccountId, &'static str),
) -> Result<()> {
    let network = client.network().to_string();
    let bucket = limits::bucket("verifications_refused", &network);
    let rate = Rate {
        most: app.config.login.failures_per_network,
        window: app.config.login.failures_window.get(),
    };
    // Beyond that it is the same again and again, and would fill the audit log.
    if !limits::take(&app.db, &bucket, rate, app.clock.now()).await? {
        return Ok(());
    }
    let note = audit::note(Event::EmailVerified, client).refused(why);
    let note = if store::exists(&app.db, account).await? {
        note.on(account)
    } else {
        note
    };
    note.write(app, &app.db).await
}

/// Writes the proved address; the first proof gives the role that has waited for it.
pub async fn set_verified(app: &App, tx: &Tx, (account, email): (AccountId, &str)) -> Result<()> {
    let held = store::find_held(tx, account)
        .await?
        .ok_or(Error::NoSuchAccount(account))?;
    let role = match held.verified_at {
        None => held
            .pending_role
            .unwrap_or(held.role)
            .max(Role::Authenticated),
        // A new address gives back no role that was taken.
        Some(_) => held.role,
    };
    let key = email_address::fold(email);
    if email != held.email {
        // Whoever reads mail at the address before must not choose a password any more.
        store::delete_recoveries(tx, account).await?;
    }
    store::set_verified(tx, account, (email, &key), (role, app.clock.now())).await?;
    // Asked after the address was written: whoever is leaving it at this moment has been waited for.
    former::require_free(app, tx, (&key, account)).await
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
    client: Client,
    Checked(_, (account, Token(token))): Checked<Anyone, (AccountId, Token)>,
    (method, headers): (Method, HeaderMap),
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
    verify(&app, &client, (account, &token)).await?;
    Ok(Redirect::temporary(app.config.registration.verified_destination.clone()).into_response())
}
