//! Refresh: the next tokens for a refresh token, which works once (RFC 9700 section 4.14.2).
//!
//! A token that has been used and comes again was stolen, from one of the two who show it: the session ends. Two tabs that
//! refresh in the same moment are no thieves: for a short grace, and only while the next token is unused, both get the
//! same answer.
//!
//! Door: `POST /login/refresh`.

mod refresh_token;
mod store;

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller::{moments, noted_before};
use super::end::note_ended;
use super::store as sessions;
use super::token::{self, Claims, Signed};
use super::{Ending, LoggedIn, Tokens};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::error::{Problem, Result};
use crate::http::input::{Anyone, Fields, JsonOrForm};
use crate::http::openapi::{Invalid, NotRefreshed};
use crate::http::{Checked, Client, Json};
use crate::ids::SessionId;
use crate::notices::{self, Notice};
use crate::shape_of;

pub(super) use refresh_token::RefreshToken;
use store::Refreshable;
pub(super) use store::STATEMENTS;

/// A refresh token.
#[derive(Deserialize, ToSchema)]
pub struct RefreshRequest {
    /// `refresh_token`, or absent.
    #[schema(value_type = Option<String>, nullable = false, required = false, pattern = "refresh_token", example = "refresh_token")]
    #[serde(rename = "grant_type")]
    _grant_type: Option<String>,
    /// The newest one of the session.
    #[schema(max_length = 1024, format = Password, example = "cmVmcmVzaC10b2tlbi1mcm9tLXRoZS1sb2dpbi1hbnN3ZXI")]
    refresh_token: String,
}

impl Fields for RefreshRequest {
    shape_of!(RefreshRequest);
}

/// Uses the refresh token and answers the next tokens of its session.
pub async fn refresh(app: &App, client: &Client, token: &str) -> Result<Tokens> {
    let token = RefreshToken::parse(token).ok_or(Problem::InvalidRefreshToken)?;
    let mut found = find(app, &token).await?;
    if found.has_newest(&token) {
        if let Some(tokens) = rotate(app, &token, found).await? {
            return Ok(tokens);
        }
        found = find(app, &token).await?;
    }
    replay(app, client, &token, found).await
}

/// The session that the token names, if it goes on.
async fn find(app: &App, token: &RefreshToken) -> Result<Refreshable> {
    let found = store::find(&app.db, token.session, moments(app)).await?;
    Ok(found.ok_or(Problem::InvalidRefreshToken)?)
}

/// The next tokens; `None` when somebody else was faster.
async fn rotate(app: &App, used: &RefreshToken, found: Refreshable) -> Result<Option<Tokens>> {
    let now = app.clock.now();
    let next = used.next(app);
    let Answer {
        session,
        life,
        claims,
    } = answer(app, used, (found, &next), now);
    // Signed before it is written: what is kept of it goes into the same row.
    let Signed { token, signature } = token::sign(app, &claims).await?;
    let moments = (now, noted_before(app, now));
    let is_first = store::rotate(&app.db, (used, &next), &signature, moments).await?;
    Ok(is_first.then(|| session.with_access_token(token, life)))
}

/// A used token again: the same answer within the grace, otherwise the end of the session.
async fn replay(
    app: &App,
    client: &Client,
    used: &RefreshToken,
    found: Refreshable,
) -> Result<Tokens> {
    // Whoever makes one up must not be able to end a session.
    if !used.is_ours(app) {
        return Err(Problem::InvalidRefreshToken.into());
    }
    let (now, next) = (app.clock.now(), used.next(app));
    let grace = app.config.session.refresh_grace.get();
    let used_at = found.used_at.filter(|used_at| now.since(*used_at) < grace);
    if let Some(used_at) = used_at
        && found.has_newest(&next)
    {
        let signature = found.signature.clone();
        let Answer {
            session,
            life,
            claims,
        } = answer(app, used, (found, &next), used_at);
        return match token::restore(app, &claims, &signature).await? {
            Some(access_token) => Ok(session.with_access_token(access_token, life)),
            // His role or his address has changed since, or the signing key: the old answer would be wrong.
            None => session.tokens(app).await,
        };
    }
    // A newer one is of a time that this database does not know: it was restored.
    if used.number < found.used {
        end_family(app, client, used.session).await?;
    }
    Err(Problem::InvalidRefreshToken.into())
}

/// What the use of a token is answered with, before it is signed.
struct Answer {
    /// With its next refresh token.
    session: LoggedIn,
    /// From when to when the access token lasts.
    life: (Timestamp, Timestamp),
    claims: Claims,
}

/// The answer to the use of a token at that moment.
fn answer(
    app: &App,
    used: &RefreshToken,
    (found, next): (Refreshable, &RefreshToken),
    at: Timestamp,
) -> Answer {
    let session = found.logged_in(next);
    let life = session.token_life(app, at);
    // What the access token is called (`jti`) nobody can tell without the server's key. So the signature in the database is of no use
    // to whoever reads it: what it signs is not known.
    let name = app
        .secrets
        .sign(&format!("access token after {}", used.as_str()));
    let claims = session.claims(app, life, name);
    Answer {
        session,
        life,
        claims,
    }
}

/// Ends the session, and tells its owner once, however many come with the used token.
async fn end_family(app: &App, client: &Client, session: SessionId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let is_first =
                sessions::set_ended(&tx, session, moments(app), Ending::TokenReused).await?;
            note_ended(app, &tx, Ending::TokenReused, u64::from(is_first));
            let owner = sessions::find_reader(&tx, session).await?;
            if let Some((_, reader)) = owner.as_ref().filter(|_| is_first) {
                notices::send(app, &tx, (Notice::TokenReused, reader), client).await?;
            }
            let note = audit::note(Event::RefreshTokenReused, client).refused("token_reused");
            let note = note.with("session", session.to_string());
            let note = note.on(owner.map(|(account, _)| account));
            note.write(app, &tx).await
        })
        .await?;
    Ok(())
}

/// Refresh
///
/// Gets the next access token and the next refresh token. Each refresh token works once: keep the newest. One that was used and
/// comes again ends the session, except within a few seconds, when it gets the same answer.
#[utoipa::path(
    post,
    path = "/login/refresh",
    operation_id = "sessions_refresh",
    tag = "Login and Registration",
    security(()),
    request_body(content(
        (RefreshRequest = "application/json"),
        (RefreshRequest = "application/x-www-form-urlencoded"),
        (RefreshRequest = "multipart/form-data")
    )),
    responses((status = 200, description = "The next tokens.", body = Tokens), NotRefreshed, Invalid)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, JsonOrForm(request)): Checked<Anyone, JsonOrForm<RefreshRequest>>,
) -> Result<Json<Tokens>> {
    Ok(Json(refresh(&app, &client, &request.refresh_token).await?))
}
