//! Firebase: `firebase auth:export`, as JSON or as CSV without names of columns.

use crate::passwords::foreign::{Adopted, Refusal, Signer, adopt};
use crate::transfer::record::{Fields, Password, Record, flag, list, moment, names, object, text};

/// The columns of the CSV, in their order.
pub(super) const COLUMNS: [&str; 29] = [
    "localId",
    "email",
    "emailVerified",
    "passwordHash",
    "salt",
    "displayName",
    "photoUrl",
    "googleId",
    "googleEmail",
    "googleDisplayName",
    "googlePhotoUrl",
    "facebookId",
    "facebookEmail",
    "facebookDisplayName",
    "facebookPhotoUrl",
    "twitterId",
    "twitterEmail",
    "twitterDisplayName",
    "twitterPhotoUrl",
    "githubId",
    "githubEmail",
    "githubDisplayName",
    "githubPhotoUrl",
    "createdAt",
    "lastSignedInAt",
    "phoneNumber",
    "disabled",
    "customAttributes",
    "",
];

/// The record of a user.
pub(super) fn record(user: &Fields, signer: Option<&Signer>) -> Record {
    let told = |name: &str| text(user.get(name));
    let claims = object(user.get("customAttributes"));
    let mut roles = list(claims.get("roles"));
    roles.extend(list(claims.get("role")));
    if flag(claims.get("admin")) == Some(true) {
        roles.push("admin".to_owned());
    }
    let (first_name, last_name) = names(&told("displayName").unwrap_or_default());
    Record {
        id: told("localId"),
        email: told("email"),
        verified: Some(flag(user.get("emailVerified")) == Some(true)),
        first_name,
        last_name,
        profile_picture_url: told("photoUrl"),
        roles,
        is_locked: flag(user.get("disabled")) == Some(true),
        created_at: moment(user.get("createdAt")),
        last_login_at: moment(user.get("lastSignedInAt"))
            .or_else(|| moment(user.get("lastLoginAt"))),
        password: password(user, signer),
        ..Record::default()
    }
}

/// Whoever signs in by Google or a telephone has no hash.
fn password(user: &Fields, signer: Option<&Signer>) -> Password {
    let hash = text(user.get("passwordHash"))?;
    // Before its scrypt, Firebase took hashes of other systems and kept them until the next login.
    if hash.starts_with('$') {
        return Some(adopt(&hash));
    }
    let salt = text(user.get("salt")).unwrap_or_default();
    Some(match signer {
        Some(signer) => signer.adopt(&hash, &salt),
        None => Err::<Adopted, _>(Refusal(
            "Firebase's, and needs the signer key of the project: see docs/import.md".to_owned(),
        )),
    })
}
