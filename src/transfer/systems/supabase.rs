//! Supabase: the table `auth.users`, as CSV, as JSON or in the database itself.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::transfer::record::{Fields, moment, object, text};

/// What is kept of the two objects of metadata, by the names that applications use.
const METADATA: [&str; 14] = [
    "nickname",
    "username",
    "user_name",
    "preferred_username",
    "first_name",
    "last_name",
    "given_name",
    "family_name",
    "full_name",
    "name",
    "bio",
    "avatar_url",
    "picture",
    "linkedin_profile_url",
];

/// The columns, with those that mean something else elsewhere under names that everybody knows.
pub(super) fn fields(mut row: Fields, now: Timestamp) -> Result<Fields, String> {
    if moment(row.get("deleted_at")).is_some() {
        return Err("it was deleted there".to_owned());
    }
    // Banned for good is `infinity`, which is no moment.
    let banned = text(row.get("banned_until")).is_some();
    let is_banned = banned && moment(row.get("banned_until")).is_none_or(|until| until > now);
    let verified = ["email_confirmed_at", "confirmed_at"].map(|name| row.get(name).cloned());
    let verified = verified
        .into_iter()
        .flatten()
        .find(|value| !value.is_null());
    let (own, app) = (
        object(row.get("raw_user_meta_data")),
        object(row.get("raw_app_meta_data")),
    );
    // `role` is the role in PostgreSQL, the same for everybody.
    for name in ["role", "aud", "confirmed_at", "email_confirmed_at"] {
        row.remove(name);
    }
    let columns = [
        "id",
        "email",
        "encrypted_password",
        "created_at",
        "updated_at",
        "last_sign_in_at",
        "is_super_admin",
    ];
    let mut fields: Fields = columns
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), row.remove(*name)?)))
        .collect();
    fields.insert(
        "email_verified".to_owned(),
        verified.unwrap_or(Value::Bool(false)),
    );
    fields.insert("is_locked".to_owned(), Value::Bool(is_banned));
    for name in METADATA {
        if let Some(value) = own.get(name) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(roles) = app.get("roles").or_else(|| app.get("role")) {
        fields.insert("role".to_owned(), roles.clone());
    }
    Ok(fields)
}
