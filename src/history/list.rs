//! List what has happened to one's own account, and what one has done.
//!
//! Door: `GET /myaccount/history`; the page is in `page.rs`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

use super::words;
use crate::app::App;
use crate::audit::{self, Entry, Place};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::input::{self, Faults, Fields};
use crate::http::openapi::{Invalid, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::sessions::Caller;
use crate::shape_of;
use crate::user_agent;

/// Which part of the history.
#[derive(Debug, Clone, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// How many to answer at most.
    #[schema(minimum = 1, maximum = 100, default = 20)]
    #[param(
        minimum = 1,
        maximum = 100,
        default = 20,
        required = false,
        example = 20
    )]
    pub limit: u32,
    /// The `next_cursor` of the answer before.
    #[schema(schema_with = cursor)]
    #[param(schema_with = cursor, required = false)]
    pub cursor: Option<String>,
}

impl Default for HistoryQuery {
    fn default() -> Self {
        Self {
            limit: 20,
            cursor: None,
        }
    }
}

pub(super) fn cursor() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(200))
        .pattern(Some(input::TEXT_PATTERN))
        .description(Some(
            "Empty: the newest. The `next_cursor` of an answer: what is older.",
        ))
        .build()
}

/// Adds a fault for a cursor that no answer has had.
pub(super) fn review_cursor(sent: &Map<String, Value>, faults: &mut Faults) {
    let Some(cursor) = sent.get("cursor").and_then(Value::as_str) else {
        return;
    };
    if !cursor.is_empty() && cursor.parse::<Place>().is_err() {
        let advice = "This is no `next_cursor` of an answer; send an empty one to begin";
        faults.add_value_error(&["query", "cursor"], advice, cursor.into());
    }
}

impl Fields for HistoryQuery {
    shape_of!(HistoryQuery);

    fn review(_app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        review_cursor(sent, faults);
    }
}

/// Who did something, as far as it is told to the person whom it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The person himself.
    You,
    /// An administrator or a manager.
    Staff,
    /// Whoever runs the server, by its command line.
    Operator,
    /// The server, of its own accord.
    Server,
    /// Somebody who was not logged in.
    Somebody,
}

/// Something that has happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryItem {
    /// Its identifier.
    #[schema(example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub id: uuid::Uuid,
    /// When it happened (RFC 3339).
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    pub at: Timestamp,
    /// What happened: a stable code.
    #[schema(example = "password_changed")]
    pub event: String,
    /// `done` or `refused`.
    #[schema(example = "done")]
    pub outcome: String,
    /// Why: a stable code.
    #[schema(required = true, example = json!(null))]
    pub reason: Option<String>,
    /// Who did it.
    pub by: By,
    /// From which address; `null` when that is nobody's business, or is not kept any more.
    #[schema(required = true, example = "192.0.2.7")]
    pub address: Option<String>,
    /// With which browser or program, in words.
    #[schema(required = true, example = "Firefox on Windows")]
    pub browser: Option<String>,
    /// In which of one's own sessions.
    #[schema(required = true, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub session_id: Option<uuid::Uuid>,
    /// The same as a sentence.
    #[schema(example = "Your password was changed.")]
    pub what: String,
}

impl HistoryItem {
    /// The entry as the person `me` may see it.
    fn of(me: AccountId, entry: Entry) -> Self {
        let by = match entry.actor_kind.as_str() {
            "account" if entry.actor_id == Some(me) => By::You,
            "account" => By::Staff,
            "operator" => By::Operator,
            "system" => By::Server,
            _ => By::Somebody,
        };
        // Where an administrator was is his own affair; where a stranger was who tried to get in is not.
        let shows_client = matches!(by, By::You | By::Somebody);
        let personal = entry.personal.as_deref().filter(|_| shows_client);
        let personal: Value = personal
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let text = |name: &str| personal.get(name).and_then(Value::as_str);
        Self {
            address: text("address").map(str::to_owned),
            browser: text("user_agent").map(user_agent::words),
            session_id: entry
                .session_id
                .filter(|_| by == By::You)
                .map(|session| session.0),
            what: words::sentence(&entry, me, by),
            id: entry.id.0,
            at: entry.at,
            event: entry.event,
            outcome: entry.outcome,
            reason: entry.reason,
            by,
        }
    }
}

/// A part of the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryPage {
    /// What has happened, the newest first.
    pub items: Vec<HistoryItem>,
    /// Where it goes on with what is older; `null` at the end.
    #[schema(required = true, example = json!(null))]
    pub next_cursor: Option<String>,
}

/// What has happened to the caller's account, and what the caller has done.
pub async fn list(app: &App, caller: &Caller, query: &HistoryQuery) -> Result<HistoryPage> {
    let after = query
        .cursor
        .as_deref()
        .and_then(|cursor| cursor.parse().ok());
    let part = audit::list_of(&app.db, caller.account, (after, query.limit)).await?;
    let items = part.entries.into_iter();
    Ok(HistoryPage {
        items: items
            .map(|entry| HistoryItem::of(caller.account, entry))
            .collect(),
        next_cursor: part.next.map(|place| place.to_string()),
    })
}

/// List my history
///
/// What has happened to the account, and what its owner has done, newest first: logins, also refused ones, changes,
/// and what administrators did.
#[utoipa::path(
    get,
    path = "/myaccount/history",
    operation_id = "history_list",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    params(HistoryQuery),
    responses(
        (status = 200, description = "A part of the history.", body = HistoryPage),
        Unauthenticated, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, input::Query(query)): Checked<Caller, input::Query<HistoryQuery>>,
) -> Result<Json<HistoryPage>> {
    Ok(Json(list(&app, &caller, &query).await?))
}
