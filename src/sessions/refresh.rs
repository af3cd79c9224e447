//! Refresh: the next tokens for a refresh token, which works once (RFC 9700 section 4.14.2).
//!
//! A token that has been used and comes again was stolen, from one of the two who show it: the session ends. Two tabs that
//! refresh in the same moment are no thieves: for a short grace, and only while the next token is unused, both get the
//! same answer.
//!
//! Door: `POST /login/refresh`.

pub(super) mod store;

use axum::extract::State;
use futures_util::{FutureExt, future};
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller::{moments, touch};
use super::end::note_ended;
use super::store as sessions;
use super::token::{self, Signed};
use super::{Ending, Tokens};
use crate::app::App;
use crate::audit::{self, Event};
use crate::crypto;
use crate::db::Fault;
use crate::error::{Problem, Result};
use crate::http::input::{Anyone, Fields, JsonOrForm};
use crate::http::openapi::{Invalid, NotRefreshed};
use crate::http::{Checked, Client, Json};
use crate::ids::SessionId;
use crate::notices::{self, Notice};
use crate::shape_of;

pub(super) use store::STATEMENTS;
use store::{Kept, Open};

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
    let digest = crypto::digest(token.as_bytes());
    let found = store::find_with_session(&app.db, &digest, moments(app)).await?;
    let (kept, open) = found.ok_or(Problem::InvalidRefreshToken)?;
    if kept.used_at.is_none()
        && let Some(tokens) = rotate(app, token, (kept.session, open)).await?
    {
        return Ok(tokens);
    }
    replay(app, client, token).await
}

/// The next tokens; `None` when somebody else was faster.
async fn rotate(
    app: &App,
    used: &str,
    (id, open): (SessionId, Option<Open>),
) -> Result<Option<Tokens>> {
    let open = open.ok_or(Problem::InvalidRefreshToken)?;
    let now = app.clock.now();
    let next = successor(app, used);
    let last_seen_at = open.last_seen_at;
    let session = open.logged_in(id, next.clone());
    // Signed before the transaction: nobody waits for it but this caller.
    let life = session.token_life(app, now);
    let claims = session.claims(app, life, token_id(app, used));
    let Signed { token, signature } = token::sign(app, &claims).await?;
    let tokens = session.with_access_token(token, life);
    let (digest, next) = (
        &crypto::digest(used.as_bytes()),
        &crypto::digest(next.as_bytes()),
    );
    let signature = &signature;
    let is_first = app
        .db
        .transaction(|tx| async move {
            // One way to the database for all of them and the commit. The session's row comes first, as in its deletion: a token
            // that is inserted holds it.
            let all = future::join3(
                touch(app, &tx, (id, last_seen_at), now),
                store::insert(&tx, next, id, now),
                store::take(&tx, digest, now, signature),
            );
            // Of two at once, the slower one finds that he inserts and takes nothing.
            tx.last(all.map(|(touched, inserted, is_first)| touched.and(inserted).and(is_first)))
                .await
        })
        .await;
    let is_first = match is_first {
        // Deleted meanwhile, with its account.
        Err(Fault::Missing(_)) => return Err(Problem::InvalidRefreshToken.into()),
        answer => answer?,
    };
    Ok(is_first.then_some(tokens))
}

/// A used token again: the same answer within the grace, otherwise the end of the session.
async fn replay(app: &App, client: &Client, used: &str) -> Result<Tokens> {
    let (digest, next) = (crypto::digest(used.as_bytes()), successor(app, used));
    let (now, idle_since) = moments(app);
    let found = store::find_with_session(&app.db, &digest, (now, idle_since)).await?;
    let Some((kept, Some(open))) = found else {
        return Err(Problem::InvalidRefreshToken.into());
    };
    let grace = app.config.session.refresh_grace.get();
    let following = store::find(&app.db, &crypto::digest(next.as_bytes())).await?;
    let is_next_unused = following.is_some_and(|following| following.used_at.is_none());
    let used_at = kept.used_at.filter(|used_at| now.since(*used_at) < grace);
    if let Some(used_at) = used_at
        && is_next_unused
    {
        let session = open.logged_in(kept.session, next);
        let life = session.token_life(app, used_at);
        let claims = session.claims(app, life, token_id(app, used));
        let signature = kept.answer.unwrap_or_default();
        return match token::restore(app, &claims, &signature).await? {
            Some(access_token) => Ok(session.with_access_token(access_token, life)),
            // His role or his address has changed since, or the signing key: the old answer would be wrong.
            None => session.tokens(app).await,
        };
    }
    end_family(app, client, &kept).await?;
    Err(Problem::InvalidRefreshToken.into())
}

/// Ends the session, and tells its owner once, however many come with the used token.
async fn end_family(app: &App, client: &Client, kept: &Kept) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let is_first =
                sessions::set_ended(&tx, kept.session, moments(app), Ending::TokenReused).await?;
            note_ended(app, &tx, Ending::TokenReused, u64::from(is_first));
            let owner = sessions::find_reader(&tx, kept.session).await?;
            if let Some((_, reader)) = owner.as_ref().filter(|_| is_first) {
                notices::send(app, &tx, (Notice::TokenReused, reader), client).await?;
            }
            let note = audit::note(Event::RefreshTokenReused, client).refused("token_reused");
            let note = note.with("session", kept.session.to_string());
            let note = note.on(owner.map(|(account, _)| account));
            note.write(app, &tx).await
        })
        .await?;
    Ok(())
}

/// The token that follows: only this server can tell it from the one before, and nothing of it is kept but its digest.
fn successor(app: &App, token: &str) -> String {
    app.secrets.sign(&format!("refresh token after {token}"))
}

/// What the access token is called (`jti`) that a refresh token was used for. Without this server's key nobody can tell, so that the
/// signature in the database is of no use to whoever reads it: what it signs is not known.
fn token_id(app: &App, used: &str) -> String {
    app.secrets.sign(&format!("access token after {used}"))
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
