//! Who is calling: a session as the database says now, from a token in the header or in the cookie.

mod admin;
mod staff;

use std::pin::pin;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde_json::{Value, json};

use super::store::Depth;
use super::{Acting, COOKIE, Ending, acting, store, token};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::db::{self, Row, Run};
use crate::error::{Error, Problem, Result};
use crate::http::{Client, cookie, prefers_html, refuse_foreign_site};
use crate::ids::{AccountId, SessionId};
use crate::roles::Role;
use crate::stages::{self, Stage};

pub use admin::Admin;
pub use staff::Staff;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Caller {
    /// His account.
    pub account: AccountId,
    /// The session that he calls from.
    pub session: SessionId,
    /// His role at this moment.
    pub role: Role,
    /// What to call him: the first name, else the nickname.
    pub name: String,
    /// When he last typed his password for this session.
    pub authenticated_at: Timestamp,
    /// Whether the session was named by the browser's cookie, and not by a header.
    pub by_cookie: bool,
    /// The administrator who is signed in as him, if it is not he himself.
    pub acting: Option<Acting>,
    /// From where he calls.
    pub client: Client,
}

/// Somebody who is signed in, with the row of his account, as it was when his session was looked at.
#[derive(Debug, Clone)]
pub struct Own(pub Caller, pub Row);

/// Whoever looks at a page.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who he is, if he is signed in.
    pub caller: Option<Caller>,
    /// Why the session of his cookie is over, if he has one that is.
    pub signed_out: Option<&'static str>,
}

/// What the credentials of a request come to.
enum Found {
    Caller(Box<Own>),
    Over(&'static str),
    Nobody,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Own(caller, _) = require(app, parts, Depth::Caller).await?;
        Ok(caller)
    }
}

impl FromRequestParts<App> for Own {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        require(app, parts, Depth::Own).await
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let (caller, signed_out) = match find(app, parts, Depth::Caller).await? {
            Found::Caller(own) => (Some(own.0), None),
            Found::Over(why) => (None, Some(why)),
            Found::Nobody => (None, None),
        };
        Ok(Self { caller, signed_out })
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        let of = (caller.account, caller.session);
        if let Some(acting) = &caller.acting {
            return acting::actor(acting.administrator, of, &caller.client);
        }
        Self {
            kind: "account",
            account: Some(caller.account),
            session: Some(caller.session),
            on_behalf_of: None,
            client: caller.client.clone(),
        }
    }
}

impl Caller {
    /// What the top of a page shows of him.
    pub fn viewer(&self) -> Value {
        json!({"name": self.name, "is_staff": self.role.is_staff()})
    }

    /// Asks for the password again, unless it was typed for this session only now: an unattended session must not be
    /// enough to take the account away.
    pub fn require_fresh(&self, app: &App) -> Result<()> {
        if self.acting.is_some() {
            // He has no password to type.
            return Err(Problem::NotWhileActing.into());
        }
        if app.clock.now().since(self.authenticated_at) < app.config.session.fresh.get() {
            Ok(())
        } else {
            Err(Problem::FreshLoginRequired.into())
        }
    }
}

/// Marks a request that a window has made by itself: nobody was there, so it does not keep the session alive.
#[derive(Debug, Clone, Copy)]
pub struct Unattended;

/// Who sent the request, or the refusal.
async fn require(app: &App, parts: &mut Parts, depth: Depth) -> Result<Own> {
    match find(app, parts, depth).await? {
        Found::Caller(own) => Ok(*own),
        Found::Over(why) => Err(Error::SessionOver(why)),
        Found::Nobody => Err(Problem::AuthenticationRequired.into()),
    }
}

/// Who sent the request.
async fn find(app: &App, parts: &mut Parts, depth: Depth) -> Result<Found> {
    let (found, _) = {
        let read = pin!(read(app, parts, depth));
        stages::timed(Stage::Credentials, read).await
    };
    let found = found?;
    if let Found::Caller(own) = &found {
        acting::judge(app, &own.0, parts).await?;
    }
    Ok(found)
}

/// Announces on the page that answers a request who is signed in as whom. One that asks nobody who he is, such as the page for what
/// does not exist, has the banner as well. What cannot be found out stands in no page.
pub async fn announce(app: &App, parts: &mut Parts) {
    if !prefers_html(&parts.headers) || acting::held(app, &parts.headers).is_none() {
        return;
    }
    if let Err(error) = Box::pin(read(app, parts, Depth::Caller)).await {
        tracing::debug!(?error, "no banner");
    }
}

async fn read(app: &App, parts: &mut Parts, depth: Depth) -> Result<Found> {
    let found = look(app, parts, depth).await?;
    if let Found::Caller(own) = &found
        && let Some(acting) = &own.0.acting
    {
        acting::tell(acting, &own.0.name);
    }
    Ok(found)
}

async fn look(app: &App, parts: &mut Parts, depth: Depth) -> Result<Found> {
    let Ok(client) = Client::from_request_parts(parts, app).await;
    let headers = &parts.headers;
    let touches = parts.extensions.get::<Unattended>().is_none();
    let by_header = match bearer(headers) {
        Some(token) => of_token(app, (token, depth, touches), (client.clone(), false)).await?,
        None => Found::Nobody,
    };
    if matches!(by_header, Found::Caller(_)) {
        return Ok(by_header);
    }
    if let Some(token) = acting::held(app, headers) {
        let found = of_token(app, (&token, depth, touches), (client, true)).await?;
        return as_somebody_else(app, found, parts);
    }
    let Some(token) = cookie::get(&app.config, headers, COOKIE) else {
        return Ok(by_header);
    };
    let by_cookie = of_token(app, (&token, depth, touches), (client, true)).await?;
    match by_cookie {
        // It has a cookie of its own.
        Found::Caller(own) if own.0.acting.is_some() => Ok(by_header),
        Found::Caller(_) => {
            // A browser sends the cookie by itself, also for a page of somebody else.
            refuse_foreign_site(&app.config, &parts.method, headers)?;
            Ok(by_cookie)
        }
        Found::Over(_) => Ok(by_cookie),
        Found::Nobody => Ok(by_header),
    }
}

/// Whoever has the cookie of acting is the one whom he acts as, or nobody. His own session is not looked at until he has given
/// the cookie back: what was begun as one must not be finished as the other.
fn as_somebody_else(app: &App, found: Found, parts: &Parts) -> Result<Found> {
    match found {
        Found::Caller(own) if own.0.acting.is_some() => {
            refuse_foreign_site(&app.config, &parts.method, &parts.headers)?;
            Ok(Found::Caller(own))
        }
        found => {
            acting::tell_over();
            match found {
                Found::Over(why) => Ok(Found::Over(why)),
                _ => Ok(Found::Over(Ending::SupportOver.code())),
            }
        }
    }
}

async fn of_token(
    app: &App,
    (token, depth, touches): (&str, Depth, bool),
    (client, by_cookie): (Client, bool),
) -> Result<Found> {
    let now = app.clock.now();
    let Some(claimed) = token::session_of(app, token).await? else {
        return Ok(Found::Nobody);
    };
    let has_expired = claimed.expires_at <= now.seconds();
    let Some(current) =
        store::find_current(&app.db, (claimed.session, depth), moments(app)).await?
    else {
        let why = match store::find_ended(&app.db, claimed.session).await? {
            Some(ended) => ended.why(app).code(),
            // So long ago that its row is not kept any more.
            None if has_expired => token::EXPIRED,
            // Its row has gone with its account.
            None => Ending::AccountDeleted.code(),
        };
        return Ok(Found::Over(why));
    };
    if has_expired {
        return Ok(Found::Over(token::EXPIRED));
    }
    let mut acting = None;
    if current.acting_by.is_some() {
        acting = acting::find(app, claimed.session, (&current, moments(app))).await?;
        if acting.is_none() {
            return Ok(Found::Over(Ending::SupportOver.code()));
        }
    }
    if touches {
        let used = (claimed.session, current.last_seen_at);
        touch(app, &app.db, used, now).await?;
    }
    let caller = Caller {
        account: current.account,
        session: claimed.session,
        role: current.role,
        name: current.name,
        authenticated_at: current.authenticated_at,
        by_cookie,
        acting,
        client,
    };
    Ok(Found::Caller(Box::new(Own(caller, current.row))))
}

/// The role of a session's account at this moment; `None` when the session is over. Looking does not keep it alive.
pub async fn role_of(app: &App, session: SessionId) -> Result<Option<Role>> {
    let current = store::find_current(&app.db, (session, Depth::Caller), moments(app)).await?;
    Ok(current.map(|current| current.role))
}

/// Now, and the moment before which a session was last used that is over.
pub(super) fn moments(app: &App) -> (Timestamp, Timestamp) {
    let now = app.clock.now();
    (now, now.minus(app.config.session.idle.get()))
}

/// Notes that the session was used. Now and then only: most requests write nothing.
pub(super) async fn touch(
    app: &App,
    run: &impl Run,
    (id, last_seen_at): (SessionId, Timestamp),
    now: Timestamp,
) -> db::Result<()> {
    let before = noted_before(app, now);
    if last_seen_at <= before {
        store::set_last_seen(run, id, (now, before)).await?;
    }
    Ok(())
}

/// The moment after which a use of a session need not be noted again.
pub(super) fn noted_before(app: &App, now: Timestamp) -> Timestamp {
    let often = (app.config.session.idle.get() / 20).min(Duration::from_mins(1));
    now.minus(often)
}

/// The token of an `Authorization: Bearer` header; the scheme in any case (RFC 9110 section 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Every session that the request shows a token of, expired or not: what a logout ends.
pub async fn presented(app: &App, headers: &HeaderMap) -> Result<Vec<SessionId>> {
    let cookie = cookie::get(&app.config, headers, COOKIE);
    let acting = acting::held(app, headers);
    let cookies = [cookie.as_deref(), acting.as_deref()].into_iter().flatten();
    let mut sessions = Vec::new();
    for token in bearer(headers).into_iter().chain(cookies) {
        sessions.extend(
            token::session_of(app, token)
                .await?
                .map(|claimed| claimed.session),
        );
    }
    Ok(sessions)
}
