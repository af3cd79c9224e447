//! List accounts: by pages, or by a walk that stays fast at any depth.
//!
//! Doors: `GET /users/`, `gatepost user list`.

mod links;
mod order;
mod statement;
mod store;
pub(super) mod total;
mod walk;
mod walk_store;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, ToSchema};

use self::order::{Cursor, Sort};
use self::store::{Filter, Window};
use super::view::Link;
use super::{Account, AccountView, Viewer, fields};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::http::input::{self, Faults, Fields};
use crate::http::openapi::{Forbidden, Invalid, Unauthenticated};
use crate::http::{Checked, Json};
use crate::roles::Role;
use crate::sessions::Staff;
use crate::shape_of;

pub(crate) use store::every_list_statement;
pub use total::settle as settle_total;
pub use walk::{Find, Found, walk};
pub(crate) use walk_store::every_walk_statement;

/// As many a search looks for, whatever part of them is shown.
const FOUND: i64 = 200;

/// What to list.
#[derive(Debug, Clone, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// How many to pass over.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, default = 0)]
    #[param(
        minimum = 0,
        maximum = 9_007_199_254_740_991_i64,
        default = 0,
        required = false,
        example = 0
    )]
    pub(super) skip: i64,
    /// How many to answer at most.
    #[schema(minimum = 1, maximum = 100, default = 10)]
    #[param(
        minimum = 1,
        maximum = 100,
        default = 10,
        required = false,
        example = 10
    )]
    pub(super) limit: i64,
    /// Only those whose nickname, address or names contain this.
    #[schema(schema_with = search)]
    #[param(schema_with = search, required = false)]
    q: Option<String>,
    /// Only those with this role.
    #[schema(schema_with = fields::role_filter)]
    #[param(schema_with = fields::role_filter, required = false)]
    role: Option<Role>,
    /// Only those that are locked, or are not.
    #[param(required = false, nullable = false)]
    is_locked: Option<bool>,
    /// Only those whose address is verified, or is not.
    #[param(required = false, nullable = false)]
    email_verified: Option<bool>,
    /// Made at this moment or later: RFC 3339, or a date.
    #[schema(schema_with = created_from)]
    #[param(schema_with = created_from, required = false)]
    created_from: Option<String>,
    /// Made before this moment: RFC 3339, or a date.
    #[schema(schema_with = created_to)]
    #[param(schema_with = created_to, required = false)]
    created_to: Option<String>,
    /// Who has logged in at this moment or later: RFC 3339, or a date.
    #[schema(schema_with = login_from)]
    #[param(schema_with = login_from, required = false)]
    last_login_from: Option<String>,
    /// Who has not logged in since this moment, or never has: RFC 3339, or a date.
    #[schema(schema_with = login_to)]
    #[param(schema_with = login_to, required = false)]
    last_login_to: Option<String>,
    /// The order; with `-` downwards.
    #[schema(schema_with = Sort::schema)]
    #[param(schema_with = Sort::schema, required = false)]
    sort: Sort,
    /// Empty: begins a walk. The `next_cursor` of an answer: continues it. Not together with `skip`.
    #[schema(schema_with = cursor)]
    #[param(schema_with = cursor, required = false)]
    pub(super) cursor: Option<String>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            skip: 0,
            limit: 10,
            q: None,
            role: None,
            is_locked: None,
            email_verified: None,
            created_from: None,
            created_to: None,
            last_login_from: None,
            last_login_to: None,
            sort: Sort::default(),
            cursor: None,
        }
    }
}

impl ListQuery {
    /// What was asked for besides the part, for the links to other parts.
    pub(super) fn filters(&self) -> Vec<(&'static str, String)> {
        let mut filters = Vec::new();
        let mut add =
            |name, value: Option<String>| filters.extend(value.map(|value| (name, value)));
        add("q", self.q.clone());
        add("role", self.role.map(|role| role.to_string()));
        add("is_locked", self.is_locked.map(|flag| flag.to_string()));
        add(
            "email_verified",
            self.email_verified.map(|flag| flag.to_string()),
        );
        add("created_from", self.created_from.clone());
        add("created_to", self.created_to.clone());
        add("last_login_from", self.last_login_from.clone());
        add("last_login_to", self.last_login_to.clone());
        add(
            "sort",
            Some(self.sort)
                .filter(|sort| *sort != Sort::default())
                .map(|sort| sort.to_string()),
        );
        filters
    }
}

fn text(most: usize, about: &str) -> Object {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(most))
        .pattern(Some(input::TEXT_PATTERN));
    text.description(Some(about)).build()
}

fn search() -> Object {
    text(
        400,
        "Only those whose nickname, address or names contain this.",
    )
}

fn cursor() -> Object {
    // A cursor holds a folded nickname or address: long, in scripts whose letters fold into many.
    text(
        4096,
        "Empty: begins a walk. The `next_cursor` of an answer: continues it. Not together with `skip`.",
    )
}

fn moment(about: &str) -> Object {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(format))
        .description(Some(about))
        .build()
}

fn created_from() -> Object {
    moment("Made at this moment or later: RFC 3339, or a date.")
}

fn created_to() -> Object {
    moment("Made before this moment: RFC 3339, or a date.")
}

fn login_from() -> Object {
    moment("Who has logged in at this moment or later: RFC 3339, or a date.")
}

fn login_to() -> Object {
    moment("Who has not logged in since this moment, or never has: RFC 3339, or a date.")
}

impl Fields for ListQuery {
    shape_of!(ListQuery);

    fn review(_app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        let Some(cursor) = sent.get("cursor").and_then(Value::as_str) else {
            return;
        };
        let cursor_value = Value::from(cursor);
        if sent.contains_key("skip") {
            let advice = "A walk by cursor passes over nothing: send either `cursor` or `skip`";
            faults.add_value_error(&["query", "cursor"], advice, cursor_value);
        } else if !cursor.is_empty() && !continues(cursor, sent.get("sort")) {
            let advice =
                "This is no `next_cursor` of an answer in this order; send an empty one to begin";
            faults.add_value_error(&["query", "cursor"], advice, cursor_value);
        }
    }
}

/// Whether the cursor is one of the order that is asked for.
fn continues(cursor: &str, sort: Option<&Value>) -> bool {
    let sort = match sort.and_then(Value::as_str) {
        None => Some(Sort::default()),
        Some(text) => Sort::try_from(text.to_owned()).ok(),
    };
    // Of an order that does not exist, the fault of the order says enough.
    let Some(sort) = sort else { return true };
    Cursor::parse(cursor).is_some_and(|cursor| cursor.is_of(sort))
}

/// A page of accounts.
#[derive(Debug)]
pub struct AccountPage {
    /// The accounts.
    pub items: Vec<Account>,
    /// How many there are in all.
    pub total: i64,
    /// Where the walk goes on, if this is one and it has not ended.
    pub next_cursor: Option<String>,
}

/// The accounts that fit the query. Managers see everybody.
pub async fn list(app: &App, staff: &Staff, query: &ListQuery) -> Result<AccountPage> {
    let moment = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
    let filter = Filter {
        q: query
            .q
            .as_deref()
            .map(crate::unicode::fold)
            .filter(|q| !q.is_empty()),
        role: query.role,
        is_locked: query.is_locked,
        email_verified: query.email_verified,
        created_from: moment(&query.created_from),
        created_to: moment(&query.created_to),
        login_from: moment(&query.last_login_from),
        login_to: moment(&query.last_login_to),
        now: app.clock.now(),
    };
    let is_walk = query.cursor.is_some();
    let after = query.cursor.as_deref().and_then(Cursor::parse);
    let begins = query.skip == 0 && after.is_none();
    let is_search = filter.q.is_some();
    let window = Window {
        sort: query.sort,
        after,
        // One more than asked for tells whether there is a next page. A search reads every name, so it looks for more at
        // once: of those that find few, nothing is left to count.
        limit: (query.limit + i64::from(is_walk)).max(if begins && is_search { FOUND } else { 0 }),
        skip: query.skip,
    };
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let (filter, window, age) = (&filter, &window, staff.age(app).await?);
    let read = |run: Reader| async move {
        let part = store::list(&run, filter, window, limit).await?;
        let is_all = begins && part.found < window.limit;
        let total = match part.total {
            _ if is_all => part.found,
            Some(kept) => kept,
            None => store::count(&run, filter).await?,
        };
        Ok::<_, Error>((part, total))
    };
    let (part, total) = app.db.read(age, read).await?;
    let items = part.shown;
    let has_more = is_walk && part.found > query.limit;
    let next_cursor = items
        .last()
        .filter(|_| has_more)
        .map(|last| Cursor::of(query.sort, last).to_string());
    Ok(AccountPage {
        items,
        total,
        next_cursor,
    })
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserPage {
    /// The users.
    items: Vec<AccountView>,
    /// How many there are in all.
    total: i64,
    /// The page's number, from 1.
    page: i64,
    /// How many users are on it.
    size: usize,
    /// `self`, `first`, `prev`, `next`, `last`, as far as they exist.
    links: Vec<Link>,
    /// Where a walk goes on; `null` at its end, absent when the list is read by pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = json!(null))]
    next_cursor: Option<Value>,
}

impl UserPage {
    fn of(app: &App, staff: &Staff, query: &ListQuery, page: AccountPage) -> Self {
        let links = links::links(query, page.total, page.next_cursor.as_deref());
        let items = page
            .items
            .into_iter()
            .map(|account| AccountView::of(app, account, Viewer::Staff(staff)));
        let items: Vec<AccountView> = items.collect();
        Self {
            size: items.len(),
            items,
            total: page.total,
            page: query.skip / query.limit + 1,
            links,
            next_cursor: query.cursor.as_ref().map(|_| page.next_cursor.into()),
        }
    }
}

/// List users
///
/// By pages with `skip` and `limit`, or as a walk: `cursor=` begins it, the `next_cursor` of each answer continues it.
#[utoipa::path(
    get,
    path = "/users/",
    operation_id = "accounts_list",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(ListQuery),
    responses((status = 200, description = "A page of users.", body = UserPage), Unauthenticated, Forbidden, Invalid)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, input::Query(query)): Checked<Staff, input::Query<ListQuery>>,
) -> Result<Json<UserPage>> {
    let page = list(&app, &staff, &query).await?;
    Ok(Json(UserPage::of(&app, &staff, &query, page)))
}
