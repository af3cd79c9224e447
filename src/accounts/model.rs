//! An account as the database keeps it.

use crate::attempts;
use crate::clock::Timestamp;
use crate::db::{Result, Row};
use crate::ids::AccountId;
use crate::notices::Reader;
use crate::roles::Role;
use crate::sessions::Person;

/// An account, without its password hash.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// The address, as it was typed and proved.
    pub email: String,
    /// The public name, unique whatever its case.
    pub nickname: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// A text about the person.
    pub bio: Option<String>,
    /// A picture elsewhere.
    pub profile_picture_url: Option<String>,
    /// A profile elsewhere.
    pub linkedin_profile_url: Option<String>,
    /// A profile elsewhere.
    pub github_profile_url: Option<String>,
    /// The role in force.
    pub role: Role,
    /// The role that waits for the address to be verified.
    pub pending_role: Option<Role>,
    /// Whether the person was marked as a professional.
    pub is_professional: bool,
    /// When the address was verified.
    pub email_verified_at: Option<Timestamp>,
    /// When an administrator locked the account.
    pub locked_at: Option<Timestamp>,
    /// Until when wrong passwords have locked it.
    pub locked_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When somebody last logged in.
    pub last_login_at: Option<Timestamp>,
}

/// An account with what a login compares.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// The stored hash of its password.
    pub password_hash: String,
}

impl Account {
    /// The columns that [`Account::read`] wants.
    pub(super) const COLUMNS: &str = "id, email, nickname, first_name, last_name, bio, profile_picture_url, \
        linkedin_profile_url, github_profile_url, role, pending_role, is_professional, email_verified_at, locked_at, \
        locked_until, created_at, updated_at, last_login_at";

    /// Reads a row of these columns.
    pub fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            nickname: row.get("nickname")?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
            bio: row.get("bio")?,
            profile_picture_url: row.get("profile_picture_url")?,
            linkedin_profile_url: row.get("linkedin_profile_url")?,
            github_profile_url: row.get("github_profile_url")?,
            role: row.get("role")?,
            pending_role: row.get("pending_role")?,
            is_professional: row.get("is_professional")?,
            email_verified_at: row.get("email_verified_at")?,
            locked_at: row.get("locked_at")?,
            locked_until: row.get("locked_until")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            last_login_at: row.get("last_login_at")?,
        })
    }

    /// Whether nobody can log in just now, by an administrator's lock or by wrong passwords.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_at.is_some() || attempts::holds(self.locked_until, now)
    }

    /// The higher of the role in force and the one that waits: what a manager must be allowed to manage.
    pub fn highest_role(&self) -> Role {
        self.role.max(self.pending_role.unwrap_or(Role::Anonymous))
    }

    /// Whose session a login begins.
    pub fn person(&self) -> Person {
        Person {
            id: self.id,
            email: self.email.clone(),
            role: self.role,
        }
    }

    /// Whom a notice about the account is for.
    pub fn reader(&self) -> Reader {
        Reader {
            email: self.email.clone(),
            name: self.first_name().map(str::to_owned),
        }
    }

    /// The address and the names: what a password must not be made of.
    pub fn personal(&self) -> Vec<&str> {
        let names = [&self.first_name, &self.last_name].into_iter();
        let names = names.filter_map(Option::as_deref);
        names.chain([self.email.as_str(), &self.nickname]).collect()
    }

    /// What to call the person in a mail or on a page, if there is a name.
    pub fn first_name(&self) -> Option<&str> {
        self.first_name
            .as_deref()
            .filter(|name| !name.trim().is_empty())
    }
}
