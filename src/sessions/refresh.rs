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
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{moments, touch};
use super::end::note_ended;
use super::store as sessions;
use super::{Ending, LoggedIn, Tokens};
use crate::app::App;
use crate::audit::{self, Event};
use crate::crypto;
use crate::db::Fault;
use crate::error::{Error, Problem, Result};
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

/// What an answer is made of again within the grace. The refresh token is not in it: it follows from the used one.
#[derive(Serialize, Deserialize)]
struct Answer {
    access_token: String,
    expires_in: u64,
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
    token: &str,
    (id, open): (SessionId, Option<Open>),
) -> Result<Option<Tokens>> {
    let now = app.clock.now();
    let Open {
        person,
        ends,
        last_seen_at,
    } = open.ok_or(Problem::InvalidRefreshToken)?;
    let next = successor(app, token);
    let session = LoggedIn {
        id,
        person,
        ends,
        refresh_token: Some(next.clone()),
        acting_by: None,
    };
    // Signed before the transaction: nobody waits for it but this caller.
    let tokens = session.tokens(app).await?;
    let answer = seal(app, token, &tokens)?;
    let (digest, next) = (
        &crypto::digest(token.as_bytes()),
        &crypto::digest(next.as_bytes()),
    );
    let answer = &answer;
    let is_first = app
        .db
        .transaction(|tx| async move {
            // One way to the database for all of them and the commit. The session's row comes first, as in its deletion: a token
            // that is inserted holds it.
            let all = future::join3(
                touch(app, &tx, (id, last_seen_at), now),
                store::insert(&tx, next, id, now),
                store::take(&tx, digest, now, answer),
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
async fn replay(app: &App, client: &Client, token: &str) -> Result<Tokens> {
    let (digest, next) = (crypto::digest(token.as_bytes()), successor(app, token));
    let (now, idle_since) = moments(app);
    let found = store::find_with_session(&app.db, &digest, (now, idle_since)).await?;
    let Some((kept, Some(_))) = found else {
        return Err(Problem::InvalidRefreshToken.into());
    };
    let grace = app.config.session.refresh_grace.get();
    let following = store::find(&app.db, &crypto::digest(next.as_bytes())).await?;
    let is_next_unused = following.is_some_and(|following| following.used_at.is_none());
    let is_in_time = kept
        .used_at
        .is_some_and(|used_at| now.since(used_at) < grace);
    if is_in_time
        && is_next_unused
        && let Some(answer) = kept
            .answer
            .as_deref()
            .and_then(|answer| open(app, token, answer))
    {
        return Ok(Tokens {
            access_token: answer.access_token,
            token_type: "bearer",
            expires_in: answer.expires_in,
            refresh_token: next,
        });
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

fn place(token: &str) -> String {
    let digest = crypto::hex(&crypto::digest(token.as_bytes()));
    format!("refresh answer:{digest}")
}

fn seal(app: &App, token: &str, tokens: &Tokens) -> Result<Vec<u8>> {
    let answer = Answer {
        access_token: tokens.access_token.clone(),
        expires_in: tokens.expires_in,
    };
    let plain = serde_json::to_vec(&answer).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(app.secrets.seal(&place(token), &plain))
}

fn open(app: &App, token: &str, sealed: &[u8]) -> Option<Answer> {
    let plain = app.secrets.open(&place(token), sealed)?;
    serde_json::from_slice(&plain).ok()
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
