//! The SQL of lists: put together from fixed pieces, each of which a test prepares.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;

use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::db::{Result, Run, Value};
use crate::email_address;
use crate::ids::AccountId;
use crate::roles::Role;
use crate::unicode;

/// Which accounts.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub q: Option<String>,
    pub role: Option<Role>,
    pub is_locked: Option<bool>,
    pub email_verified: Option<bool>,
    pub created_from: Option<Timestamp>,
    pub created_to: Option<Timestamp>,
    pub now: Timestamp,
}

/// Which part of them.
#[derive(Debug, Clone)]
pub(super) struct Window {
    pub sort: Sort,
    pub after: Option<Cursor>,
    pub limit: i64,
    pub skip: i64,
}

/// The order of a list; equal ones stand in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Sort {
    by: By,
    downwards: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum By {
    #[default]
    Creation,
    Email,
    Nickname,
    LastLogin,
}

impl By {
    const ALL: [Self; 4] = [Self::Creation, Self::Email, Self::Nickname, Self::LastLogin];

    fn name(self) -> &'static str {
        match self {
            Self::Creation => "created_at",
            Self::Email => "email",
            Self::Nickname => "nickname",
            Self::LastLogin => "last_login_at",
        }
    }

    fn column(self) -> &'static str {
        match self {
            Self::Creation => "created_at",
            Self::Email => "email_key",
            Self::Nickname => "nickname_key",
            // Whoever never logged in stands before everybody who did.
            Self::LastLogin => "COALESCE(last_login_at, 0)",
        }
    }
}

impl Sort {
    fn all() -> impl Iterator<Item = Self> {
        By::ALL
            .into_iter()
            .flat_map(|by| [false, true].map(|downwards| Self { by, downwards }))
    }

    pub(super) fn schema() -> Object {
        let names = Self::all().map(|sort| sort.to_string());
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names))
            .default(Some("created_at".into()))
            .description(Some("The order; with `-` downwards."))
            .build()
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            if self.downwards { "-" } else { "" },
            self.by.name()
        )
    }
}

impl TryFrom<String> for Sort {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        Self::all()
            .find(|sort| sort.to_string() == text)
            .ok_or_else(|| format!("there is no order {text:?}"))
    }
}

/// A place in a list: the sorted value and the id of the last account that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    sort: String,
    value: String,
    id: AccountId,
}

impl Cursor {
    pub(super) fn of(sort: Sort, last: &Account) -> Self {
        let value = match sort.by {
            By::Creation => last.created_at.0.to_string(),
            By::Email => email_address::fold(&last.email),
            By::Nickname => unicode::fold(&last.nickname),
            By::LastLogin => last.last_login_at.map_or(0, |at| at.0).to_string(),
        };
        Self {
            sort: sort.to_string(),
            value,
            id: last.id,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes)
            .ok()
            .filter(|text| !text.contains('\0'))?;
        let mut parts = text.splitn(3, ' ');
        let (sort, id, value) = (parts.next()?, parts.next()?, parts.next()?);
        let by = Sort::try_from(sort.to_owned()).ok()?.by;
        if matches!(by, By::Creation | By::LastLogin) {
            value.parse::<i64>().ok()?;
        }
        Some(Self {
            sort: sort.to_owned(),
            value: value.to_owned(),
            id: AccountId(Uuid::parse_str(id).ok()?),
        })
    }

    /// Whether it is a place in a list of this order.
    pub(super) fn is_of(&self, sort: Sort) -> bool {
        self.sort == sort.to_string()
    }

    /// The value as the sorted column has it.
    fn value(&self, sort: Sort) -> Option<Value> {
        match sort.by {
            By::Creation | By::LastLogin => self.value.parse().ok().map(Value::Int),
            By::Email | By::Nickname => Some(Value::Text(self.value.clone())),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{} {} {}", self.sort, self.id, self.value)))
    }
}

/// A statement that grows with its parameters.
#[derive(Default)]
struct Statement {
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl Statement {
    /// Adds a value and answers its placeholder.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    fn condition(&mut self, text: String) {
        self.conditions.push(text);
    }

    fn of(filter: &Filter) -> Self {
        let mut this = Self::default();
        if let Some(q) = &filter.q {
            let escaped = q
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let q = this.bind(format!("%{escaped}%"));
            let like = |column: &str| format!("{column} LIKE {q} ESCAPE '\\'");
            let places = [like("email_key"), like("nickname_key"), like("name_key")];
            this.condition(format!("({})", places.join(" OR ")));
        }
        if let Some(role) = filter.role {
            let role = this.bind(role);
            this.condition(format!("role = {role}"));
        }
        if let Some(is_locked) = filter.is_locked {
            let now = this.bind(filter.now);
            let not = if is_locked { "" } else { "NOT " };
            this.condition(format!(
                "{not}(locked_at IS NOT NULL OR COALESCE(locked_until, 0) > {now})"
            ));
        }
        if let Some(verified) = filter.email_verified {
            let not = if verified { "NOT " } else { "" };
            this.condition(format!("email_verified_at IS {not}NULL"));
        }
        if let Some(from) = filter.created_from {
            let from = this.bind(from);
            this.condition(format!("created_at >= {from}"));
        }
        if let Some(to) = filter.created_to {
            let to = this.bind(to);
            this.condition(format!("created_at < {to}"));
        }
        this
    }

    fn clause(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }

    fn count(self) -> (String, Vec<Value>) {
        (
            format!("SELECT COUNT(*) AS total FROM accounts{}", self.clause()),
            self.params,
        )
    }

    fn list(mut self, window: &Window) -> (String, Vec<Value>) {
        let (column, downwards) = (window.sort.by.column(), window.sort.downwards);
        if let Some(cursor) = &window.after
            && let Some(value) = cursor.value(window.sort)
        {
            let (value, id) = (self.bind(value), self.bind(cursor.id));
            let beyond = if downwards { "<" } else { ">" };
            self.condition(format!("({column}, id) {beyond} ({value}, {id})"));
        }
        let clause = self.clause();
        let way = if downwards { "DESC" } else { "ASC" };
        let (limit, skip) = (self.bind(window.limit), self.bind(window.skip));
        let columns = Account::COLUMNS;
        let order = format!("ORDER BY {column} {way}, id {way} LIMIT {limit} OFFSET {skip}");
        (
            format!("SELECT {columns} FROM accounts{clause} {order}"),
            self.params,
        )
    }
}

/// The accounts of a window.
pub(super) async fn list(run: &impl Run, filter: &Filter, window: &Window) -> Result<Vec<Account>> {
    let (sql, params) = Statement::of(filter).list(window);
    run.all(&sql, &params)
        .await?
        .iter()
        .map(Account::read)
        .collect()
}

/// How many accounts fit.
pub(super) async fn count(run: &impl Run, filter: &Filter) -> Result<i64> {
    let (sql, params) = Statement::of(filter).count();
    run.one(&sql, &params).await?.get("total")
}

/// Every shape that a list's statement can take, for the test that prepares them all.
pub(crate) fn every_list_statement() -> Vec<String> {
    let now = Timestamp(0);
    let full = Filter {
        q: Some("q".into()),
        role: Some(Role::Admin),
        is_locked: Some(true),
        email_verified: Some(true),
        created_from: Some(now),
        created_to: Some(now),
        now,
    };
    let none = Filter {
        q: None,
        role: None,
        is_locked: None,
        email_verified: None,
        created_from: None,
        created_to: None,
        now,
    };
    let negated = Filter {
        is_locked: Some(false),
        email_verified: Some(false),
        ..none.clone()
    };
    let mut statements = Vec::new();
    for filter in [full, none, negated] {
        for sort in Sort::all() {
            let value = if matches!(sort.by, By::Creation | By::LastLogin) {
                "1"
            } else {
                "a"
            };
            let cursor = Cursor {
                sort: sort.to_string(),
                value: value.into(),
                id: AccountId(Uuid::nil()),
            };
            for after in [None, Some(cursor)] {
                statements.push(
                    Statement::of(&filter)
                        .list(&Window {
                            sort,
                            after,
                            limit: 1,
                            skip: 0,
                        })
                        .0,
                );
            }
        }
        statements.push(Statement::of(&filter).count().0);
    }
    statements
}
