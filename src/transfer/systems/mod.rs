//! Systems: what each calls things, and how its exports are built.

mod auth0;
mod columns;
mod django;
mod firebase;
mod keycloak;
mod supabase;

use std::collections::BTreeSet;

use super::record::{Fields, Record};
use crate::clock::Timestamp;
use crate::passwords::foreign::Signer;
use crate::roles::Role;
use columns::Columns;

/// A system that accounts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// A table with names of columns, also that of the application that came before.
    Csv,
    /// Objects with the same names, one a line or in an array.
    Jsonl,
    /// `fastapi-users` with `SQLAlchemy`.
    FastapiUsers,
    /// Django: `dumpdata auth.user`, or the table `auth_user`.
    Django,
    /// Keycloak: the export of a realm, or of its users.
    Keycloak,
    /// Auth0: the export of users, and the form of its imports.
    Auth0,
    /// Supabase: the table `auth.users`.
    Supabase,
    /// Firebase: `auth:export`, as JSON or CSV.
    Firebase,
}

/// How the text of an export is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An object a line, or an array.
    Lines,
    /// One large JSON text, or a table.
    Elements,
    /// A table, or objects as with [`Shape::Lines`].
    Any,
}

/// Whose addresses are taken as verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verified {
    /// Those of which the system says so. Where a system knows no such thing, all.
    #[default]
    Source,
    /// All.
    All,
    /// None.
    None,
}

/// What the person at the command line has asked for.
pub struct Settings {
    /// Where the accounts come from.
    pub system: System,
    /// Names of columns, and what they are here.
    pub columns: Vec<(String, String)>,
    /// Names of roles there, and the roles here.
    pub roles: Vec<(String, Role)>,
    /// Whose addresses are taken as verified.
    pub verified: Verified,
    /// The parameters of a Firebase project.
    pub signer: Option<Signer>,
    /// Refuse a row with a field that breaks a rule, instead of leaving the field out.
    pub strict: bool,
    /// Import an account without a password when its hash cannot be taken, instead of refusing it.
    pub drop_hashes: bool,
}

impl Settings {
    /// Whether what was asked for can be done; the error says what cannot.
    pub fn check(&self) -> Result<(), String> {
        Columns::new(&self.columns).map(drop)
    }
}

/// Reads the rows of a system.
pub(super) struct Reader {
    system: System,
    columns: Columns,
    signer: Option<Signer>,
    now: Timestamp,
    /// Fields that nobody knows.
    pub unknown: BTreeSet<String>,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 8] = [
        Self::Csv,
        Self::Jsonl,
        Self::FastapiUsers,
        Self::Django,
        Self::Keycloak,
        Self::Auth0,
        Self::Supabase,
        Self::Firebase,
    ];

    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::FastapiUsers => "fastapi-users",
            Self::Django => "django",
            Self::Keycloak => "keycloak",
            Self::Auth0 => "auth0",
            Self::Supabase => "supabase",
            Self::Firebase => "firebase",
        }
    }

    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Jsonl | Self::Auth0 => Shape::Lines,
            Self::Keycloak | Self::Firebase => Shape::Elements,
            Self::Csv | Self::FastapiUsers | Self::Django | Self::Supabase => Shape::Any,
        }
    }

    /// The columns of a table that does not name them.
    pub(super) fn columns(self) -> Option<Vec<&'static str>> {
        (self == Self::Firebase).then(|| firebase::COLUMNS.to_vec())
    }

    /// The tables of a database that may have the accounts.
    pub(super) fn tables(self, named: Option<&str>) -> Vec<String> {
        if let Some(named) = named {
            return vec![named.to_owned()];
        }
        let tables: &[&str] = match self {
            Self::Django => &["auth_user"],
            Self::Supabase => &["auth.users"],
            Self::FastapiUsers => &["user", "users"],
            _ => &["users", "user"],
        };
        tables.iter().map(|table| (*table).to_owned()).collect()
    }

    /// Whether a row that does not say so is of somebody whose address is verified: where the system has no such thing, everybody who
    /// could log in there can log in here.
    pub(super) fn trusts(self) -> bool {
        matches!(self, Self::Csv | Self::Jsonl | Self::Django)
    }
}

impl Reader {
    pub fn new(settings: &mut Settings, now: Timestamp) -> Result<Self, String> {
        Ok(Self {
            system: settings.system,
            columns: Columns::new(&settings.columns)?,
            signer: settings.signer.take(),
            now,
            unknown: BTreeSet::new(),
        })
    }

    /// The record of a row; nothing for a row that is no account.
    pub fn read(&mut self, fields: Fields) -> Result<Option<Record>, String> {
        let fields = match self.system {
            System::Django => match django::fields(fields) {
                Some(fields) => fields,
                None => return Ok(None),
            },
            System::Supabase => supabase::fields(fields, self.now)?,
            System::Keycloak => return keycloak::record(&fields).map(Some),
            System::Auth0 => return Ok(Some(auth0::record(&fields))),
            System::Firebase => return Ok(Some(firebase::record(&fields, self.signer.as_ref()))),
            System::Csv | System::Jsonl | System::FastapiUsers => fields,
        };
        Ok(Some(self.columns.record(fields, &mut self.unknown)))
    }
}
