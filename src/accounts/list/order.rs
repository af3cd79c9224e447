//! The order of a list, and a place in it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;

use crate::accounts::Account;
use crate::db::Value;
use crate::email_address;
use crate::ids::AccountId;
use crate::unicode;

/// The order of a list; equal ones stand in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Sort {
    pub(super) by: By,
    pub(super) downwards: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum By {
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

    pub(super) fn column(self) -> &'static str {
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
    /// The newest first.
    pub(super) const NEWEST: Self = Self {
        by: By::Creation,
        downwards: true,
    };

    pub(super) fn all() -> impl Iterator<Item = Self> {
        By::ALL
            .into_iter()
            .flat_map(|by| [false, true].map(|downwards| Self { by, downwards }))
    }

    /// What it compares, and whether downwards.
    pub(super) fn column(self) -> (&'static str, bool) {
        (self.by.column(), self.downwards)
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
        let (name, downwards) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text.as_str(), false),
        };
        By::ALL
            .into_iter()
            .find(|by| by.name() == name)
            .map(|by| Self { by, downwards })
            .ok_or_else(|| format!("there is no order {text:?}"))
    }
}

/// A place in a list: the sorted value and the id of the last account that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    sort: Sort,
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
            sort,
            value,
            id: last.id,
        }
    }

    /// A place that every statement of that order can be prepared with.
    pub(super) fn sample(sort: Sort) -> Self {
        let is_number = matches!(sort.by, By::Creation | By::LastLogin);
        Self {
            sort,
            value: if is_number { "1" } else { "a" }.into(),
            id: AccountId(Uuid::nil()),
        }
    }

    /// The account that it stands behind.
    pub(super) fn id(&self) -> AccountId {
        self.id
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (&sort, rest) = bytes.split_first()?;
        let (id, value) = rest.split_first_chunk()?;
        let sort = Sort::all().nth(sort.into())?;
        let value = std::str::from_utf8(value)
            .ok()
            .filter(|text| !text.contains('\0'))?;
        if matches!(sort.by, By::Creation | By::LastLogin) {
            value.parse::<i64>().ok()?;
        }
        Some(Self {
            sort,
            value: value.to_owned(),
            id: AccountId(Uuid::from_bytes(*id)),
        })
    }

    /// Whether it is a place in a list of this order.
    pub(super) fn is_of(&self, sort: Sort) -> bool {
        self.sort == sort
    }

    /// The value as the sorted column has it.
    pub(super) fn value(&self, sort: Sort) -> Option<Value> {
        match sort.by {
            By::Creation | By::LastLogin => self.value.parse().ok().map(Value::Int),
            By::Email | By::Nickname => Some(Value::Text(self.value.clone())),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Short: a page has it four times.
        let sort = Sort::all().take_while(|sort| *sort != self.sort).count();
        let sort = u8::try_from(sort).unwrap_or(u8::MAX);
        let bytes = [&[sort][..], self.id.0.as_bytes(), self.value.as_bytes()].concat();
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}
