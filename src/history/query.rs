//! Which entries of the audit log are asked for: the filters of the API, of the command and of the console.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, ToSchema};

use super::list::{cursor, review_cursor};
use crate::accounts::store;
use crate::app::App;
use crate::audit::{Event, Filter};
use crate::clock::Timestamp;
use crate::config::Network;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::http::input::{self, Faults, Fields};
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
    /// Only what happened to this person or what he did: his address, or the identifier of his account.
    #[schema(schema_with = person)]
    #[param(schema_with = person, required = false)]
    pub person: Option<String>,
    /// Only what this request caused: the `X-Request-Id` of its answer.
    #[schema(schema_with = request_id)]
    #[param(schema_with = request_id, required = false)]
    pub request_id: Option<String>,
    /// Only what was done from this address or network, such as `192.0.2.7` or `2001:db8::/32`, as long as that is kept.
    #[schema(schema_with = address)]
    #[param(schema_with = address, required = false)]
    pub address: Option<String>,
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
            person: None,
            address: None,
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
    up_to(64, about)
}

fn up_to(longest: usize, about: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(longest))
        .pattern(Some(input::TEXT_PATTERN))
        .description(Some(about))
}

fn account_id() -> Object {
    text("Only what happened to this account.").build()
}

fn actor_id() -> Object {
    text("Only what this account did.").build()
}

fn person() -> Object {
    let about = "Only what happened to this person or what he did: his address, or the identifier of his account.";
    up_to(254, about).build()
}

fn address() -> Object {
    let about = "Only what was done from this address or network, such as `192.0.2.7` or `2001:db8::/32`, as long as that is kept.";
    text(about).build()
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
        let given = |name| sent.get(name).and_then(Value::as_str).unwrap_or_default();
        let (person, address) = (given("person"), given("address"));
        if !person.is_empty() && Person::of(person).is_none() {
            let advice = "This is neither an address nor the identifier of an account";
            faults.add_value_error(&["query", "person"], advice, person.into());
        }
        if !address.is_empty() && address.parse::<Network>().is_err() {
            let advice = "This is neither an IP address nor a network such as 10.0.0.0/8";
            faults.add_value_error(&["query", "address"], advice, address.into());
        }
        review_cursor(sent, faults);
    }
}

/// Who is meant.
enum Person {
    Account(AccountId),
    Email(EmailAddress),
}

impl Person {
    fn of(text: &str) -> Option<Self> {
        let id = text.parse().ok().map(Self::Account);
        id.or_else(|| EmailAddress::parse(text).ok().map(Self::Email))
    }
}

impl AuditQuery {
    /// What the log is asked for; `None` when nobody has the address that it names.
    pub(super) async fn filter(&self, app: &App) -> Result<Option<Filter>> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let id = |text: &Option<String>| text.as_deref().and_then(|id| id.parse().ok());
        let moment = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
        let person = match self.person.as_deref().and_then(Person::of) {
            None => None,
            Some(Person::Account(id)) => Some(id),
            Some(Person::Email(email)) => {
                match store::find_by_email(&app.db, &email.key()).await? {
                    None => return Ok(None),
                    found => found,
                }
            }
        };
        Ok(Some(Filter {
            event: given(&self.event),
            outcome: given(&self.outcome),
            account: id(&self.account_id),
            actor: id(&self.actor_id),
            person,
            network: self.address.as_deref().and_then(|text| text.parse().ok()),
            request: given(&self.request_id),
            from: moment(&self.from),
            to: moment(&self.to),
        }))
    }
}
