//! List one's own sessions: those that are open, and those that have ended in the last 30 days, with the reason.
//!
//! Door: `GET /myaccount/sessions`; the page is in `page.rs`.

mod store;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Caller, Ending};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::input::{self, Fields};
use crate::http::openapi::{Invalid, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::{AccountId, SessionId};
use crate::shape_of;
use crate::user_agent;
use store::Kept;
pub(super) use store::STATEMENTS;

/// Which part of the sessions.
#[derive(Debug, Clone, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct SessionQuery {
    /// How many to pass over.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, default = 0)]
    #[param(
        minimum = 0,
        maximum = 9_007_199_254_740_991_i64,
        default = 0,
        required = false,
        example = 0
    )]
    pub skip: i64,
    /// How many to answer at most.
    #[schema(minimum = 1, maximum = 100, default = 100)]
    #[param(
        minimum = 1,
        maximum = 100,
        default = 100,
        required = false,
        example = 100
    )]
    pub limit: i64,
}

impl Default for SessionQuery {
    fn default() -> Self {
        Self {
            skip: 0,
            limit: 100,
        }
    }
}

impl Fields for SessionQuery {
    shape_of!(SessionQuery);
}

/// What is told in place of a browser of a session in which an administrator is signed in as the person.
const SUPPORT: &str = "An administrator, for support";

/// A session: a login, and what has come of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Session {
    /// The identifier: the `sid` of its tokens.
    #[schema(value_type = uuid::Uuid, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub id: SessionId,
    /// The browser or program in words, as it calls itself.
    #[schema(example = "Firefox on Windows")]
    pub device: String,
    /// The `User-Agent` of the login; empty where an administrator signed in as you.
    #[schema(
        example = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )]
    pub user_agent: String,
    /// The address of the login; empty where an administrator signed in as you.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// When it began (RFC 3339).
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:30:00.000Z")]
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used any more; later uses move this, up to the longest that a session lasts.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T13:30:00.000Z")]
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// When it ended; `null` while it is open.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = json!(null))]
    pub ended_at: Option<Timestamp>,
    /// Why it ended: a stable code such as `password_changed`.
    #[schema(value_type = Option<String>, required = true, example = json!(null))]
    pub end_reason: Option<&'static str>,
    /// The same in words.
    #[schema(value_type = Option<String>, required = true, example = json!(null))]
    pub ended_because: Option<&'static str>,
    /// Why an administrator signed in as you, for support, if it was one; else `null`.
    #[schema(required = true, example = json!(null))]
    pub support_reason: Option<String>,
}

impl Session {
    fn of(kept: Kept, current: Option<SessionId>) -> Self {
        let (ended_at, why) = kept.over.unzip();
        Self {
            id: kept.id,
            device: match &kept.support_reason {
                Some(_) => SUPPORT.to_owned(),
                None => user_agent::words(&kept.user_agent),
            },
            user_agent: kept.user_agent,
            address: kept.address,
            created_at: kept.created_at,
            last_seen_at: kept.last_seen_at,
            expires_at: kept.expires_at,
            is_current: current == Some(kept.id),
            ended_at,
            end_reason: why.map(Ending::code),
            ended_because: why.map(Ending::words),
            support_reason: kept.support_reason,
        }
    }
}

/// A part of somebody's sessions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionPage {
    /// Open ones first, the last used first; then those that have ended, the last first.
    pub items: Vec<Session>,
    /// How many there are in all.
    pub total: i64,
}

/// The caller's sessions.
pub async fn list(app: &App, caller: &Caller, query: &SessionQuery) -> Result<SessionPage> {
    list_of(app, (caller.account, Some(caller.session)), query).await
}

/// The sessions of an account, to somebody who calls from the session `current`.
pub async fn list_of(
    app: &App,
    (account, current): (AccountId, Option<SessionId>),
    query: &SessionQuery,
) -> Result<SessionPage> {
    let times = (app.clock.now(), app.config.session.idle.get());
    let part = (query.skip, query.limit);
    let (kept, total) = store::list(&app.db, account, times, part).await?;
    let items = kept.into_iter().map(|kept| Session::of(kept, current));
    Ok(SessionPage {
        items: items.collect(),
        total,
    })
}

/// List my sessions
///
/// Where you are signed in, and which sessions have ended in the last 30 days, with the reason.
#[utoipa::path(
    get,
    path = "/myaccount/sessions",
    operation_id = "sessions_list",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    params(SessionQuery),
    responses((status = 200, description = "A part of the sessions.", body = SessionPage), Unauthenticated, Invalid)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, input::Query(query)): Checked<Caller, input::Query<SessionQuery>>,
) -> Result<Json<SessionPage>> {
    Ok(Json(list(&app, &caller, &query).await?))
}
