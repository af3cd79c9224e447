//! Values that go into statements and rows that come out, the same for both engines.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use uuid::Uuid;

use super::{Fault, Result};
use crate::clock::Timestamp;

/// A parameter or a column's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// `BOOLEAN`
    Bool(bool),
    /// `BIGINT`
    Int(i64),
    /// `TEXT`
    Text(String),
    /// `BYTEA`
    Bytes(Vec<u8>),
    /// `UUID` (16 bytes in SQLite)
    Uuid(Uuid),
}

macro_rules! from {
    ($($type:ty => |$value:ident| $made:expr;)+) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self { $made }
        })+
    };
}

from! {
    bool => |value| Self::Bool(value);
    i64 => |value| Self::Int(value);
    u32 => |value| Self::Int(i64::from(value));
    String => |value| Self::Text(value);
    &str => |value| Self::Text(value.to_owned());
    &String => |value| Self::Text(value.clone());
    Vec<u8> => |value| Self::Bytes(value);
    &[u8] => |value| Self::Bytes(value.to_vec());
    &[u8; 32] => |value| Self::Bytes(value.to_vec());
    Uuid => |value| Self::Uuid(value);
    Timestamp => |value| Self::Int(value.0);
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// Reads the value, or answers `None` when it is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! read {
    ($($type:ty: $pattern:pat => $made:expr;)+) => {
        $(impl FromValue for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value { $pattern => $made, _ => None }
            }
        })+
    };
}

read! {
    i64: Value::Int(number) => Some(*number);
    u32: Value::Int(number) => u32::try_from(*number).ok();
    String: Value::Text(text) => Some(text.clone());
    Vec<u8>: Value::Bytes(bytes) => Some(bytes.clone());
    Timestamp: Value::Int(millis) => Some(Timestamp(*millis));
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(*flag),
            // SQLite keeps a boolean as 0 or 1.
            Value::Int(number @ (0 | 1)) => Some(*number == 1),
            _ => None,
        }
    }
}

impl FromValue for Uuid {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Uuid(id) => Some(*id),
            Value::Bytes(bytes) => Self::from_slice(bytes).ok(),
            _ => None,
        }
    }
}

macro_rules! identifiers {
    ($($type:ident),+) => {
        $(impl FromValue for crate::ids::$type {
            fn from_value(value: &Value) -> Option<Self> {
                Uuid::from_value(value).map(Self)
            }
        })+
    };
}

identifiers!(
    AccountId,
    SessionId,
    MailId,
    EntryId,
    JobId,
    InvitationId,
    NoteId
);

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// As long as most names of columns are.
const NAME: usize = 16;

/// The names of an answer's columns, which are all different. One text for all of them: it is made anew for every answer.
#[derive(Debug)]
pub(super) struct Columns {
    names: String,
    /// Where each name ends.
    ends: Vec<usize>,
    /// The column behind the one that was found last: rows are read in the order of their columns, one like another.
    next: AtomicUsize,
}

impl<'a> FromIterator<&'a str> for Columns {
    fn from_iter<T: IntoIterator<Item = &'a str>>(names: T) -> Self {
        let names = names.into_iter();
        let (count, _) = names.size_hint();
        let mut columns = Self {
            names: String::with_capacity(count * NAME),
            ends: Vec::with_capacity(count),
            next: AtomicUsize::new(0),
        };
        for name in names {
            columns.names.push_str(name);
            columns.ends.push(columns.names.len());
        }
        debug_assert!(columns.are_distinct(), "two of one name: {columns:?}");
        columns
    }
}

impl Columns {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    fn are_distinct(&self) -> bool {
        let is_first = |place| (0..place).all(|before| self.name(before) != self.name(place));
        (0..self.count()).all(is_first)
    }

    /// Where the column called `name` stands.
    fn find(&self, name: &str) -> Option<usize> {
        let next = self.next.load(Relaxed);
        let mut places = (next..self.count()).chain(0..next);
        let found = places.find(|place| self.name(*place) == Some(name))?;
        self.next.store(found + 1, Relaxed);
        Some(found)
    }

    fn name(&self, place: usize) -> Option<&str> {
        let begin = match place {
            0 => 0,
            _ => *self.ends.get(place - 1)?,
        };
        self.names.get(begin..*self.ends.get(place)?)
    }
}

/// A row of an answer.
#[derive(Debug, Clone)]
pub struct Row {
    pub(super) columns: Arc<Columns>,
    pub(super) values: Vec<Value>,
}

impl Row {
    /// Reads the column called `name`.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T> {
        let place = self.columns.find(name);
        let value = place.and_then(|place| self.values.get(place));
        value
            .and_then(T::from_value)
            .ok_or_else(|| Fault::Other(format!("column {name:?} is absent or of another type")))
    }
}
