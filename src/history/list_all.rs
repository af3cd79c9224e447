//! List the entries of the audit log, of all accounts.
//!
//! Doors: `GET /audit`, `gatepost audit list`.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Auditor;
use super::list::{cursor, review_cursor};
use crate::app::App;
use crate::audit::{self, Entry, Event, Filter};
use crate::clock::Timestamp;
use crate::crypto;
use crate::error::Result;
use crate::http::Checked;
use crate::http::input::{self, Faults, Fields};
use crate::http::openapi::{Forbidden, Invalid, Unauthenticated};
use crate::ids::AccountId;
use crate::shape_of;

/// What to list.
#[derive(Debug, Clone, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
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
    /// Only entries of this kind.
    #[schema(schema_with = event)]
    #[param(schema_with = event, required = false)]
    pub event: Option<String>,
    /// Only what was done, or what was refused.
    #[schema(schema_with = outcome)]
    #[param(schema_with = outcome, required = false)]
    pub outcome: Option<String>,
    /// Only what happened to this account.
    #[schema(schema_with = account_id)]
    #[param(schema_with = account_id, required = false)]
    pub account_id: Option<String>,
    /// Only what this account did.
    #[schema(schema_with = actor_id)]
    #[param(schema_with = actor_id, required = false)]
    pub actor_id: Option<String>,
    /// Only what this request caused: the `X-Request-Id` of its answer.
    #[schema(schema_with = request_id)]
    #[param(schema_with = request_id, required = false)]
    pub request_id: Option<String>,
    /// At this moment or later: RFC 3339, or a date.
    #[schema(schema_with = from)]
    #[param(schema_with = from, required = false)]
    pub from: Option<String>,
    /// Before this moment: RFC 3339, or a date.
    #[schema(schema_with = to)]
    #[param(schema_with = to, required = false)]
    pub to: Option<String>,
    /// The `next_cursor` of the answer before.
    #[schema(schema_with = cursor)]
    #[param(schema_with = cursor, required = false)]
    pub cursor: Option<String>,
}

impl Default for AuditQuery {
    fn default() -> Self {
        Self {
            limit: 20,
            event: None,
            outcome: None,
            account_id: None,
            actor_id: None,
            request_id: None,
            from: None,
            to: None,
            cursor: None,
        }
    }
}

fn choice(names: impl Iterator<Item = &'static str>, about: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(names))
        .description(Some(about))
        .build()
}

fn event() -> Object {
    let codes = Event::ALL.iter().map(|event| event.code());
    choice(codes, "Only entries of this kind.")
}

fn outcome() -> Object {
    let outcomes = ["done", "refused"].into_iter();
    choice(outcomes, "Only what was done, or what was refused.")
}

fn text(about: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(64))
        .pattern(Some(input::TEXT_PATTERN))
        .description(Some(about))
}

fn account_id() -> Object {
    text("Only what happened to this account.").build()
}

fn actor_id() -> Object {
    text("Only what this account did.").build()
}

fn request_id() -> Object {
    text("Only what this request caused: the `X-Request-Id` of its answer.").build()
}

fn moment(about: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some(about))
        .build()
}

fn from() -> Object {
    moment("At this moment or later: RFC 3339, or a date.")
}

fn to() -> Object {
    moment("Before this moment: RFC 3339, or a date.")
}

impl Fields for AuditQuery {
    shape_of!(AuditQuery);

    fn review(_app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        for name in ["account_id", "actor_id"] {
            let id = sent.get(name).and_then(Value::as_str).unwrap_or_default();
            if !id.is_empty() && id.parse::<AccountId>().is_err() {
                faults.add_value_error(
                    &["query", name],
                    "This is no identifier of an account",
                    id.into(),
                );
            }
        }
        review_cursor(sent, faults);
    }
}

impl AuditQuery {
    fn filter(&self) -> Filter {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let id = |text: &Option<String>| text.as_deref().and_then(|id| id.parse().ok());
        let moment = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
        Filter {
            event: given(&self.event),
            outcome: given(&self.outcome),
            account: id(&self.account_id),
            actor: id(&self.actor_id),
            request: given(&self.request_id),
            from: moment(&self.from),
            to: moment(&self.to),
        }
    }
}

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
    /// Where it goes on with what is older; `null` at the end.
    #[schema(required = true, example = json!(null))]
    pub next_cursor: Option<String>,
}

/// The entries that fit the query.
pub async fn list_all(app: &App, _by: &Auditor, query: &AuditQuery) -> Result<AuditPage> {
    let after = query
        .cursor
        .as_deref()
        .and_then(|cursor| cursor.parse().ok());
    let part = audit::list(&app.db, &query.filter(), (after, query.limit)).await?;
    Ok(AuditPage {
        items: part.entries.into_iter().map(EntryView::from).collect(),
        next_cursor: part.next.map(|place| place.to_string()),
    })
}

/// List the audit log
///
/// What has happened to all accounts, newest first. For administrators only: the entries hold everybody's addresses.
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
    Checked(auditor, input::Query(query)): Checked<Auditor, input::Query<AuditQuery>>,
) -> Result<Json<AuditPage>> {
    Ok(Json(list_all(&app, &auditor, &query).await?))
}
