//! Claim a server: whoever reads the start-up log makes the first administrator, once.
//!
//! Doors: `GET` and `POST /claim/{token}`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::{gate, page, refuse, store};
use crate::accounts::{self, Initial, NewAccount, store as account_store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::crypto;
use crate::error::{Error, Problem, Result};
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect, Segment};
use crate::passwords::Asker;
use crate::roles::Role;

/// A new link that makes an administrator, as long as there is none; older links stop working.
///
/// On a developer's own machine there is no link, if registering is open to everybody: there the first account to register is the
/// administrator.
pub async fn claim_link(app: &App) -> Result<Option<String>> {
    if gate::makes_first_admin(&app.config) {
        return Ok(None);
    }
    let token = &crypto::random_token();
    let is_open = app
        .db
        .transaction(|tx| async move {
            let is_open = !account_store::has_admin(&tx).await?;
            if is_open {
                store::insert_claim(&tx, &crypto::digest(token.as_bytes()), app.clock.now())
                    .await?;
            }
            Ok::<_, Error>(is_open)
        })
        .await?;
    Ok(is_open.then(|| format!("{}/claim/{token}", app.public_url())))
}

/// Makes a verified administrator. The link works once, and only while there is no administrator.
pub async fn claim(app: &App, client: &Client, (token, new): (&str, &NewAccount)) -> Result<()> {
    let digest = &crypto::digest(token.as_bytes());
    let hash = &new.accept_password(app, &Asker::of(client)).await?;
    app.db
        .transaction(|tx| async move {
            let is_valid = store::take_claim(&tx, digest).await?;
            if !is_valid || account_store::has_admin(&tx).await? {
                return Err(Problem::InvalidVerificationToken.into());
            }
            let initial = Initial {
                role: Role::Admin,
                verified: true,
            };
            let account = accounts::insert(app, &tx, (new, hash), initial).await?;
            store::delete_claims(&tx).await?;
            let note = audit::note(Event::ServerClaimed, client).on(account.id);
            note.personal("email", account.email.as_str())
                .write(app, &tx)
                .await
        })
        .await
}

async fn is_open(app: &App, token: &str) -> Result<bool> {
    Ok(
        store::has_claim(&app.db, &crypto::digest(token.as_bytes())).await?
            && !account_store::has_admin(&app.db).await?,
    )
}

/// `GET /claim/{token}`
pub(super) async fn form(State(app): State<App>, Segment(token): Segment) -> Result<Response> {
    let expired = !is_open(&app, &token).await?;
    let page = Page::new("registration/claim.html").with("expired", expired);
    page.status(if expired { 400 } else { 200 }).render(&app)
}

/// `POST /claim/{token}`
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    Segment(token): Segment,
    form: FormText,
) -> Result<Response> {
    // Asked before a password is hashed: without the link nobody gets work done here.
    if !is_open(&app, &token).await? {
        refuse::note_claim(&app, &client).await?;
        return Page::new("registration/claim.html")
            .with("expired", true)
            .status(400)
            .render(&app);
    }
    let claimed = match form.read::<NewAccount>(&app) {
        Ok(new) => claim(&app, &client, (&token, &new)).await,
        Err(error) => Err(error),
    };
    match claimed {
        Ok(()) => Ok(Redirect::see_other("/login-form").into_response()),
        Err(error) => {
            let fault = PageFault::of(error)?;
            let page = Page::new("registration/claim.html")
                .because(&fault)
                .with("form", page::typed(&form));
            page.with("fault", fault.general)
                .with("faults", fault.fields)
                .render(&app)
        }
    }
}

/// Whether the next account to register becomes the administrator.
pub async fn awaits_first(app: &App) -> Result<bool> {
    Ok(gate::makes_first_admin(&app.config) && account_store::awaits_first(&app.db).await?)
}
