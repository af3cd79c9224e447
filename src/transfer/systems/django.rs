//! Django: `manage.py dumpdata auth.user` wraps the columns of a table; a CSV of `auth_user` has them bare.

use crate::transfer::record::{Fields, object, text};

/// The columns of a user; nothing for an object of another model.
pub(super) fn fields(row: Fields) -> Option<Fields> {
    let Some(model) = row.get("model") else {
        return Some(with_email(row));
    };
    let mut fields = object(row.get("fields"));
    // A project can have a model of its own, by any name; what it cannot do without is a password.
    let is_user = fields.contains_key("password");
    let names_itself = text(Some(model)).is_some_and(|model| model.strip_suffix(".user").is_some());
    if !is_user && !names_itself {
        return None;
    }
    // Numbers of groups, whose names stand elsewhere.
    fields.remove("groups");
    if let Some(key) = row.get("pk") {
        fields.insert("id".to_owned(), key.clone());
    }
    Some(with_email(fields))
}

/// Many projects let people log in by their address and leave `email` empty.
fn with_email(mut fields: Fields) -> Fields {
    let name = text(fields.get("username")).filter(|name| name.contains('@'));
    if let Some(name) = name.filter(|_| text(fields.get("email")).is_none()) {
        fields.insert("email".to_owned(), name.into());
    }
    fields
}
