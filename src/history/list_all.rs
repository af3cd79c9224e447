//! List the entries of the audit log, of all accounts.
//!
//! Doors: `GET /audit`, `gatepost audit list`, the console at `/admin/audit`.

use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};
use uuid::Uuid;

use super::AuditQuery;
use crate::app::App;
use crate::audit::{self, Entry, Part};
use crate::clock::Timestamp;
use crate::crypto;
use crate::error::Result;
use crate::http::input;
use crate::http::openapi::{Forbidden, Invalid, Unauthenticated};
use crate::http::{Checked, Json};
use crate::sessions::Admin;

fn facts(kind: SchemaType, about: &str, example: Value) -> Object {
    ObjectBuilder::new()
        .schema_type(kind)
        .description(Some(about))
        .examples([example])
        .build()
}

fn details() -> Object {
    facts(
        Type::Object.into(),
        "Facts that tell nothing of a person.",
        json!({"role": "MANAGER"}),
    )
}

fn personal() -> Object {
    facts(
        SchemaType::from_iter([Type::Object, Type::Null]),
        "Facts about a person, such as `address` and `user_agent`; `null` once they are erased.",
        json!({"address": "192.0.2.7", "user_agent": "curl/8"}),
    )
}

/// An entry of the audit log.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct EntryView {
    /// Its identifier.
    #[schema(example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub id: Uuid,
    /// Its place in the chain, counted from 1; `null` for about a second, until it has one.
    #[schema(required = true, example = 1)]
    pub seq: Option<i64>,
    /// When it happened (RFC 3339).
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    pub at: Timestamp,
    /// What happened: a stable code.
    #[schema(example = "account_locked")]
    pub event: String,
    /// `done` or `refused`.
    #[schema(example = "done")]
    pub outcome: String,
    /// Why: a stable code.
    #[schema(required = true, example = json!(null))]
    pub reason: Option<String>,
    /// Who did it: `account`, `anonymous`, `operator` or `system`.
    #[schema(example = "account")]
    pub actor_kind: String,
    /// The account of who did it.
    #[schema(required = true, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub actor_id: Option<Uuid>,
    /// The account that it happened to.
    #[schema(required = true, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub account_id: Option<Uuid>,
    /// The session of who did it.
    #[schema(required = true, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub session_id: Option<Uuid>,
    /// The request that caused it: the `X-Request-Id` of its answer.
    #[schema(example = "01939f5e8f4e7c3a9b1a2f6f3f6a1b2c")]
    pub request_id: String,
    /// Facts that tell nothing of a person.
    #[schema(schema_with = details)]
    pub details: Value,
    /// Facts about a person, such as `address` and `user_agent`; `null` once they are erased.
    #[schema(schema_with = personal, required = true)]
    pub personal: Option<Value>,
    /// Its link of the chain, in hexadecimal digits.
    #[schema(
        required = true,
        example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )]
    pub digest: Option<String>,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        let object = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Self {
            id: entry.id.0,
            seq: entry.seq,
            at: entry.at,
            event: entry.event,
            outcome: entry.outcome,
            reason: entry.reason,
            actor_kind: entry.actor_kind,
            actor_id: entry.actor_id.map(|id| id.0),
            account_id: entry.account_id.map(|id| id.0),
            session_id: entry.session_id.map(|id| id.0),
            request_id: entry.request_id,
            details: object(&entry.details),
            personal: entry.personal.as_deref().map(object),
            digest: entry.digest.as_deref().map(crypto::hex),
        }
    }
}

/// A part of the audit log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditPage {
    /// The entries, the newest first.
    pub items: Vec<EntryView>,
    /// Where it goes on with what is older; `null` at the end, and only there.
    #[schema(required = true, example = json!(null))]
    pub next_cursor: Option<String>,
}

/// The entries that fit the query.
pub async fn list_all(app: &App, by: &Admin, query: &AuditQuery) -> Result<AuditPage> {
    let part = part(app, by, query).await?;
    Ok(AuditPage {
        items: part.entries.into_iter().map(EntryView::from).collect(),
        next_cursor: part.next.map(|place| place.to_string()),
    })
}

/// The same, as the log keeps them.
pub(super) async fn part(app: &App, by: &Admin, query: &AuditQuery) -> Result<Part> {
    let Some(filter) = query.filter(app).await? else {
        return Ok(Part::default());
    };
    let after = query.cursor.as_deref();
    let after = after.and_then(|cursor| cursor.parse().ok());
    let (filter, part) = (&filter, (after, query.limit));
    let age = by.staff().age(app).await?;
    let read = |run| async move { audit::list(&run, filter, part).await };
    app.db.read(age, read).await
}

/// List the audit log
///
/// What has happened to all accounts, newest first. For administrators only: the entries hold everybody's addresses.
///
/// Some filters no index knows, such as the one by address or two at once. Then so many entries are looked at for an answer and no
/// more: it can hold fewer than `limit`, even none, and goes on all the same as long as there is a `next_cursor`.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "history_list_all",
    tag = "Audit Log",
    security(("OAuth2PasswordBearer" = [])),
    params(AuditQuery),
    responses(
        (status = 200, description = "A part of the audit log.", body = AuditPage),
        Unauthenticated, Forbidden, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(auditor, input::Query(query)): Checked<Admin, input::Query<AuditQuery>>,
) -> Result<Json<AuditPage>> {
    Ok(Json(list_all(&app, &auditor, &query).await?))
}
