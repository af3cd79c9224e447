//! Columns: the names that people and systems give to the fields of an account, and what each is here.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::passwords::foreign::adopt;
use crate::transfer::record::{Fields, Record, flag, list, moment, names, text};

/// Fields of nobody that are remembered for the report.
const MOST_UNKNOWN: usize = 100;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Id,
    Email,
    Verified,
    Nickname,
    FirstName,
    LastName,
    Name,
    Bio,
    ProfilePictureUrl,
    LinkedinProfileUrl,
    GithubProfileUrl,
    Role,
    PendingRole,
    Superuser,
    Staff,
    IsProfessional,
    Locked,
    Active,
    CreatedAt,
    UpdatedAt,
    LastLoginAt,
    PasswordHash,
    /// Known, and of no use here.
    Nothing,
}

/// Each field with the names that it goes by; the first one is ours.
const NAMES: [(Field, &[&str]); 23] = [
    (Field::Id, &["id", "user_id", "uid", "uuid", "sub"]),
    (
        Field::Email,
        &[
            "email",
            "e_mail",
            "mail",
            "email_address",
            "emailaddress",
            "primary_email",
        ],
    ),
    (
        Field::Verified,
        &[
            "email_verified",
            "email_verified_at",
            "is_verified",
            "verified",
            "emailverified",
            "email_confirmed",
            "email_confirmed_at",
            "confirmed_at",
            "is_email_verified",
            "is_confirmed",
            "confirmed",
        ],
    ),
    (
        Field::Nickname,
        &[
            "nickname",
            "username",
            "user_name",
            "login",
            "handle",
            "nick",
            "preferred_username",
        ],
    ),
    (
        Field::FirstName,
        &[
            "first_name",
            "firstname",
            "given_name",
            "givenname",
            "forename",
        ],
    ),
    (
        Field::LastName,
        &[
            "last_name",
            "lastname",
            "family_name",
            "familyname",
            "surname",
        ],
    ),
    (
        Field::Name,
        &[
            "name",
            "full_name",
            "fullname",
            "display_name",
            "displayname",
        ],
    ),
    (Field::Bio, &["bio", "about", "biography", "about_me"]),
    (
        Field::ProfilePictureUrl,
        &[
            "profile_picture_url",
            "picture",
            "avatar",
            "avatar_url",
            "photo_url",
            "photourl",
            "profile_picture",
            "image_url",
        ],
    ),
    (
        Field::LinkedinProfileUrl,
        &["linkedin_profile_url", "linkedin", "linkedin_url"],
    ),
    (
        Field::GithubProfileUrl,
        &["github_profile_url", "github", "github_url"],
    ),
    (Field::Role, &["role", "roles", "groups", "user_role"]),
    (Field::PendingRole, &["pending_role"]),
    (
        Field::Superuser,
        &[
            "is_superuser",
            "is_admin",
            "is_super_admin",
            "superuser",
            "admin",
        ],
    ),
    (Field::Staff, &["is_staff", "staff"]),
    (Field::IsProfessional, &["is_professional", "professional"]),
    (
        Field::Locked,
        &[
            "is_locked",
            "locked",
            "locked_at",
            "blocked",
            "is_blocked",
            "disabled",
            "is_disabled",
            "banned",
            "suspended",
        ],
    ),
    (
        Field::Active,
        &["is_active", "active", "enabled", "is_enabled"],
    ),
    (
        Field::CreatedAt,
        &[
            "created_at",
            "createdat",
            "created",
            "date_joined",
            "joined_at",
            "registered_at",
            "created_on",
            "signup_date",
        ],
    ),
    (
        Field::UpdatedAt,
        &["updated_at", "updatedat", "updated", "modified_at"],
    ),
    (
        Field::LastLoginAt,
        &[
            "last_login_at",
            "last_login",
            "lastlogin",
            "last_sign_in_at",
            "last_signed_in_at",
            "last_login_date",
        ],
    ),
    (
        Field::PasswordHash,
        &[
            "password_hash",
            "hashed_password",
            "passwordhash",
            "encrypted_password",
            "password",
            "password_digest",
            "hash",
            "passwd",
        ],
    ),
    (
        Field::Nothing,
        &[
            "links",
            "failed_login_attempts",
            "verification_token",
            "professional_status_updated_at",
            "user_permissions",
            "locked_until",
        ],
    ),
];

/// What the columns of a file are.
pub(super) struct Columns {
    known: HashMap<String, Option<Field>>,
}

impl Columns {
    /// The usual names, and those of `--map`.
    pub fn new(mapped: &[(String, String)]) -> Result<Self, String> {
        let mut known = HashMap::new();
        for (column, name) in mapped {
            let field = find(&folded(name)).ok_or_else(|| unknown_field(name))?;
            known.insert(column.clone(), Some(field));
        }
        Ok(Self { known })
    }

    /// The record of a row. What nobody knows is added to `unknown`.
    pub fn record(&mut self, fields: Fields, unknown: &mut BTreeSet<String>) -> Record {
        let mut record = Record::default();
        let mut whole = None;
        for (name, value) in fields {
            let field = match self.known.get(&name) {
                Some(field) => *field,
                None => self.learn(&name),
            };
            match field {
                Some(Field::Name) => whole = text(Some(&value)),
                Some(field) => set(&mut record, field, &value),
                None if unknown.len() < MOST_UNKNOWN && !value.is_null() => {
                    unknown.insert(name);
                }
                None => {}
            }
        }
        if let Some(whole) =
            whole.filter(|_| record.first_name.is_none() && record.last_name.is_none())
        {
            (record.first_name, record.last_name) = names(&whole);
        }
        record
    }

    fn learn(&mut self, name: &str) -> Option<Field> {
        let field = find(&folded(name));
        // A file of objects can have any number of names.
        if self.known.len() < 10_000 {
            self.known.insert(name.to_owned(), field);
        }
        field
    }
}

/// `E-Mail` and `e_mail` are one.
fn folded(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-', '.'], "_")
}

fn find(name: &str) -> Option<Field> {
    let named = NAMES.iter().find(|(_, names)| names.contains(&name));
    named.map(|(field, _)| *field)
}

fn unknown_field(name: &str) -> String {
    let fields = NAMES.iter().filter(|(field, _)| *field != Field::Nothing);
    let fields: Vec<&str> = fields
        .filter_map(|(_, names)| names.first().copied())
        .collect();
    format!(
        "--map: there is no field {name:?}; the fields are {}",
        fields.join(", ")
    )
}

fn set(record: &mut Record, field: Field, value: &Value) {
    let told = || text(Some(value));
    match field {
        Field::Id => keep(&mut record.id, told()),
        Field::Email => keep(&mut record.email, told()),
        Field::Nickname => keep(&mut record.nickname, told()),
        Field::FirstName => keep(&mut record.first_name, told()),
        Field::LastName => keep(&mut record.last_name, told()),
        Field::Bio => keep(&mut record.bio, told()),
        Field::ProfilePictureUrl => keep(&mut record.profile_picture_url, told()),
        Field::LinkedinProfileUrl => keep(&mut record.linkedin_profile_url, told()),
        Field::GithubProfileUrl => keep(&mut record.github_profile_url, told()),
        Field::PendingRole => record.pending_role = told(),
        Field::PasswordHash => {
            if let Some(hash) = told() {
                record.password = Some(adopt(&hash));
            }
        }
        _ => set_state(record, field, value),
    }
}

/// What an account is and when: no texts.
fn set_state(record: &mut Record, field: Field, value: &Value) {
    let says_yes = flag(Some(value)) == Some(true);
    match field {
        // A column that is there and says nothing says no.
        Field::Verified => {
            record.verified = Some(says_yes || record.verified == Some(true));
            record.verified_at = as_moment(value).or(record.verified_at);
        }
        Field::Role => record.roles.extend(list(Some(value))),
        Field::Superuser if says_yes => record.roles.push("superuser".to_owned()),
        Field::Staff if says_yes => record.roles.push("staff".to_owned()),
        Field::IsProfessional => record.is_professional = says_yes,
        Field::Locked if says_yes => {
            record.is_locked = true;
            record.locked_at = as_moment(value).or(record.locked_at);
        }
        Field::Active if flag(Some(value)) == Some(false) => record.is_locked = true,
        Field::CreatedAt => record.created_at = time(record, "created_at", value),
        Field::UpdatedAt => record.updated_at = time(record, "updated_at", value),
        Field::LastLoginAt => record.last_login_at = time(record, "last_login_at", value),
        _ => {}
    }
}

/// The first of several columns that says something is right.
fn keep(place: &mut Option<String>, told: Option<String>) {
    if place.is_none() {
        *place = told;
    }
}

/// A moment that is written as one: `1` is a yes and no moment.
fn as_moment(value: &Value) -> Option<crate::clock::Timestamp> {
    let text = text(Some(value))?;
    (text.len() > 9).then(|| moment(Some(value))).flatten()
}

fn time(record: &mut Record, name: &str, value: &Value) -> Option<crate::clock::Timestamp> {
    let found = moment(Some(value));
    if found.is_none() && text(Some(value)).is_some() {
        record
            .odd
            .push(format!("{name} is no time that can be read"));
    }
    found
}
