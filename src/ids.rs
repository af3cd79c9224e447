//! Identifiers: a newtype for each thing, so that one cannot be passed for another.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

/// Declares an identifier: a UUID (version 7, RFC 9562 section 5.7) that says what it names.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier; its first 48 bits are the time, so that rows made together lie together.
            #[expect(clippy::new_without_default, reason = "every call gives another value")]
            pub fn new() -> Self {
                Self(next())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<$name> for crate::db::Value {
            fn from(id: $name) -> Self {
                Self::Uuid(id.0)
            }
        }
    };
}

/// A new identifier for what has no row, such as a request or a token.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that makes identifiers"
)]
pub fn next() -> Uuid {
    Uuid::now_v7()
}

identifier! {
    /// An account: the `sub` of its tokens.
    AccountId
}
identifier! {
    /// A session: the `sid` of its tokens.
    SessionId
}
identifier! {
    /// A mail in the outbox.
    MailId
}
identifier! {
    /// An entry of the audit log.
    EntryId
}
identifier! {
    /// Work that a request has left behind.
    JobId
}
identifier! {
    /// A note about an account.
    NoteId
}
identifier! {
    /// An invitation.
    InvitationId
}
