//! Who is calling: a session as the database says now, from a token in the header or in the cookie.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use super::{COOKIE, store, token};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::{cookie, refuse_foreign_site};
use crate::ids::{AccountId, SessionId};
use crate::roles::Role;

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
}

/// Somebody whose role opens the management of users.
#[derive(Debug, Clone)]
pub struct Staff {
    /// His account; nobody's for the operator at the machine's own command line.
    pub account: Option<AccountId>,
    /// His role at this moment.
    pub role: Role,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::find(app, &parts.method, &parts.headers)
            .await?
            .ok_or_else(|| Problem::AuthenticationRequired.into())
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::of(&Caller::from_request_parts(parts, app).await?)
    }
}

impl Staff {
    /// The caller, if his role is enough.
    pub fn of(caller: &Caller) -> Result<Self> {
        if !caller.role.is_staff() {
            return Err(Problem::NotPermitted.into());
        }
        Ok(Self {
            account: Some(caller.account),
            role: caller.role,
        })
    }

    /// Whoever can run commands on the machine can do what an administrator can.
    pub fn operator() -> Self {
        Self {
            account: None,
            role: Role::Admin,
        }
    }

    /// Refuses an account that has (or is to have) a role outside of what this one manages.
    pub fn may_manage(&self, role: Role) -> Result<()> {
        if self.role.may_manage(role) {
            Ok(())
        } else {
            Err(Problem::NotPermitted.into())
        }
    }
}

impl Caller {
    /// Who sent a request with these headers; `None` when nobody valid did.
    pub async fn find(app: &App, method: &Method, headers: &HeaderMap) -> Result<Option<Self>> {
        if let Some(token) = bearer(headers)
            && let Some(caller) = Self::of_token(app, token).await?
        {
            return Ok(Some(caller));
        }
        let Some(token) = cookie::get(&app.config, headers, COOKIE) else {
            return Ok(None);
        };
        let Some(caller) = Self::of_token(app, &token).await? else {
            return Ok(None);
        };
        // A browser sends the cookie by itself, also for a page of somebody else.
        refuse_foreign_site(&app.config, method, headers)?;
        Ok(Some(caller))
    }

    async fn of_token(app: &App, token: &str) -> Result<Option<Self>> {
        let now = app.clock.now();
        let Some(session) = token::session_of(app, token, Some(now)).await? else {
            return Ok(None);
        };
        let current = store::find_current(&app.db, session, now).await?;
        Ok(current.map(|current| Self {
            account: current.account,
            session,
            role: current.role,
            name: current.name,
        }))
    }
}

/// The token of an `Authorization: Bearer` header; the scheme in any case (RFC 9110 section 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Every session that the request shows a token of, expired or not: what a logout ends.
pub async fn presented(app: &App, headers: &HeaderMap) -> Result<Vec<SessionId>> {
    let cookie = cookie::get(&app.config, headers, COOKIE);
    let mut sessions = Vec::new();
    for token in bearer(headers).into_iter().chain(cookie.as_deref()) {
        sessions.extend(token::session_of(app, token, None).await?);
    }
    Ok(sessions)
}
