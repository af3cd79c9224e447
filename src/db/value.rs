//! Values that go into statements and come out of rows, the same for both engines.

use uuid::Uuid;

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
