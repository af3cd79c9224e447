//! Roles: what an account may do, from `ANONYMOUS` to `ADMIN`, and who may manage whom.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{FromValue, Value};

/// The role of an account, in rising order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// Registered; the address is not verified.
    Anonymous,
    /// The address is verified.
    Authenticated,
    /// Manages the accounts below.
    Manager,
    /// Manages everything.
    Admin,
}

impl Role {
    /// All roles, in rising order.
    pub const ALL: [Self; 4] = [
        Self::Anonymous,
        Self::Authenticated,
        Self::Manager,
        Self::Admin,
    ];

    /// The name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "ANONYMOUS",
            Self::Authenticated => "AUTHENTICATED",
            Self::Manager => "MANAGER",
            Self::Admin => "ADMIN",
        }
    }

    /// Whether the role opens `/users/*`.
    pub fn is_staff(self) -> bool {
        self >= Self::Manager
    }

    /// Whether the role may change, lock or delete an account that has (or is to have) the role `other`.
    ///
    /// A manager manages `ANONYMOUS` and `AUTHENTICATED` accounts only, and gives no role above.
    pub fn may_manage(self, other: Self) -> bool {
        match self {
            Self::Admin => true,
            Self::Manager => other <= Self::Authenticated,
            Self::Authenticated | Self::Anonymous => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL
            .into_iter()
            .find(|role| role.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| "the roles are ANONYMOUS, AUTHENTICATED, MANAGER and ADMIN".to_owned())
    }
}

impl From<Role> for Value {
    fn from(role: Role) -> Self {
        Self::from(role.name())
    }
}

impl FromValue for Role {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}
