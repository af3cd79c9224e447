//! Auth0: lines of its export with hashes, and the objects that its own import takes.

use serde_json::Value;

use crate::passwords::foreign::{Adopted, Refusal, Salt, adopt, base64, digest, hex, scrypt};
use crate::transfer::record::{Fields, Password, Record, flag, list, moment, names, object, text};

/// The record of a user.
pub(super) fn record(user: &Fields) -> Record {
    let told = |name: &str| text(user.get(name));
    let time =
        |name: &str| moment(user.get(name)).or_else(|| moment(object(user.get(name)).get("$date")));
    let (app, own) = (
        object(user.get("app_metadata")),
        object(user.get("user_metadata")),
    );
    let mut roles = list(user.get("roles"));
    roles.extend(list(app.get("roles")));
    roles.extend(list(app.get("role")));
    let email = told("email");
    // Auth0 fills the name with the address when it knows no better.
    let whole = told("name")
        .filter(|name| !name.contains('@'))
        .unwrap_or_default();
    let (first, last) = names(&whole);
    Record {
        id: told("user_id").or_else(|| text(object(user.get("_id")).get("$oid"))),
        verified: Some(flag(user.get("email_verified")) == Some(true)),
        nickname: told("username").or_else(|| told("nickname")),
        first_name: told("given_name")
            .or_else(|| text(own.get("first_name")))
            .or(first),
        last_name: told("family_name")
            .or_else(|| text(own.get("last_name")))
            .or(last),
        bio: text(own.get("bio")),
        profile_picture_url: told("picture"),
        roles,
        is_locked: flag(user.get("blocked")) == Some(true),
        created_at: time("created_at"),
        updated_at: time("updated_at"),
        last_login_at: time("last_login"),
        password: password(user),
        email,
        ..Record::default()
    }
}

fn password(user: &Fields) -> Password {
    let custom = object(user.get("custom_password_hash"));
    if !custom.is_empty() {
        return Some(custom_hash(&custom));
    }
    let names = ["passwordHash", "password_hash"];
    let hash = names.iter().find_map(|name| text(user.get(*name)))?;
    Some(adopt(&hash))
}

/// `custom_password_hash`: the name of the algorithm, the hash, the salt, and how they are written.
fn custom_hash(custom: &Fields) -> Result<Adopted, Refusal> {
    let algorithm = text(custom.get("algorithm")).unwrap_or_default();
    let hash = object(custom.get("hash"));
    let value = text(hash.get("value")).ok_or_else(|| broken(&algorithm))?;
    match algorithm.as_str() {
        "bcrypt" | "argon2" | "pbkdf2" | "ldap" => return adopt(&value),
        "hmac" => {
            return Err(Refusal(
                "an HMAC, whose key is a secret that is not taken".to_owned(),
            ));
        }
        _ => {}
    }
    let encoding = |part: &Fields, default: &str| {
        text(part.get("encoding")).unwrap_or_else(|| default.to_owned())
    };
    let salt = object(custom.get("salt"));
    let salt_text = text(salt.get("value")).unwrap_or_default();
    let salt_bytes =
        decode(&salt_text, &encoding(&salt, "utf8")).ok_or_else(|| broken(&algorithm))?;
    let bytes = decode(&value, &encoding(&hash, "hex")).ok_or_else(|| broken(&algorithm))?;
    if algorithm == "scrypt" {
        let number = |name: &str, default: u32| {
            custom
                .get(name)
                .and_then(Value::as_u64)
                .map_or(Some(default), |n| u32::try_from(n).ok())
        };
        let cost = [
            number("cost", 16384),
            number("blockSize", 8),
            number("parallelization", 1),
        ];
        let [Some(n), Some(r), Some(p)] = cost else {
            return Err(broken(&algorithm));
        };
        return scrypt([n, r, p], (&salt_bytes, &bytes));
    }
    let place = match text(salt.get("position")).as_deref() {
        Some("suffix") => Salt::Behind,
        _ => Salt::Before,
    };
    digest(&algorithm, (&salt_bytes, place), &bytes)
}

fn decode(text: &str, encoding: &str) -> Option<Vec<u8>> {
    match encoding {
        "hex" => hex(text),
        "base64" => base64(text),
        _ => Some(text.as_bytes().to_vec()),
    }
}

fn broken(algorithm: &str) -> Refusal {
    Refusal(format!("of the algorithm {algorithm:?}, and broken"))
}
