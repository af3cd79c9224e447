//! Keycloak: the users of a realm, as `kc.sh export` and the console write them.

use serde_json::Value;

use crate::passwords::foreign::{Adopted, Refusal, adopt, base64, pbkdf2};
use crate::transfer::record::{Fields, Password, Record, flag, list, moment, object, text};

/// The record of a user representation.
pub(super) fn record(user: &Fields) -> Result<Record, String> {
    if text(user.get("serviceAccountClientId")).is_some() {
        return Err("it is the account of a service, not of a person".to_owned());
    }
    let told = |name: &str| text(user.get(name));
    let attributes = object(user.get("attributes"));
    let attribute = |name: &str| match attributes.get(name) {
        Some(Value::Array(items)) => text(items.first()),
        other => text(other),
    };
    let username = told("username");
    let by_name = username.clone().filter(|name| name.contains('@'));
    let mut roles = list(user.get("realmRoles"));
    roles.extend(
        list(user.get("groups"))
            .iter()
            .map(|group| group.trim_start_matches('/').to_owned()),
    );
    for of_client in object(user.get("clientRoles")).values() {
        roles.extend(list(Some(of_client)));
    }
    roles.retain(|role| !is_for_everybody(role));
    Ok(Record {
        id: told("id"),
        email: told("email").or(by_name),
        verified: Some(flag(user.get("emailVerified")) == Some(true)),
        nickname: attribute("nickname").or(username),
        first_name: told("firstName"),
        last_name: told("lastName"),
        bio: attribute("bio"),
        profile_picture_url: attribute("picture"),
        roles,
        is_locked: flag(user.get("enabled")) == Some(false),
        created_at: moment(user.get("createdTimestamp")),
        password: password(user),
        ..Record::default()
    })
}

/// What Keycloak gives to every user of a realm by itself.
fn is_for_everybody(role: &str) -> bool {
    let of_realm = ["offline_access", "uma_authorization"];
    let of_account = ["manage-account", "view-profile", "manage-account-links"];
    role.starts_with("default-roles-") || of_realm.contains(&role) || of_account.contains(&role)
}

fn password(user: &Fields) -> Password {
    let credentials = user.get("credentials").and_then(Value::as_array)?;
    let is_password =
        |credential: &&Value| credential.get("type").and_then(Value::as_str) == Some("password");
    let credential = object(credentials.iter().find(is_password));
    (!credential.is_empty()).then(|| credential_hash(&credential))
}

/// What is secret and what is not are two texts of JSON; before version 7 they were fields of the credential itself.
fn credential_hash(credential: &Fields) -> Result<Adopted, Refusal> {
    let (mut secret, mut data) = (
        object(credential.get("secretData")),
        object(credential.get("credentialData")),
    );
    if secret.is_empty() {
        let old = [("value", "hashedSaltedValue"), ("salt", "salt")];
        secret = old
            .iter()
            .filter_map(|(new, old)| Some(((*new).to_owned(), credential.get(*old)?.clone())))
            .collect();
        data.clone_from(credential);
    }
    let algorithm = text(data.get("algorithm")).unwrap_or_else(|| "pbkdf2".to_owned());
    let iterations = text(data.get("hashIterations")).and_then(|number| number.parse().ok());
    let value = text(secret.get("value")).ok_or_else(|| broken(&algorithm))?;
    let salt = text(secret.get("salt"))
        .and_then(|salt| base64(&salt))
        .unwrap_or_default();
    if algorithm == "bcrypt" || value.starts_with('$') {
        return adopt(&value);
    }
    let hash = base64(&value).ok_or_else(|| broken(&algorithm))?;
    let iterations = iterations.ok_or_else(|| broken(&algorithm))?;
    match algorithm.strip_prefix("pbkdf2") {
        Some("") => pbkdf2("sha1", iterations, (&salt, &hash)),
        Some(function) => pbkdf2(function.trim_start_matches('-'), iterations, (&salt, &hash)),
        None if algorithm == "argon2" => argon2(
            &object(data.get("additionalParameters")),
            iterations,
            (&salt, &hash),
        ),
        None => Err(Refusal(format!(
            "of the algorithm {algorithm:?}, which is not known here"
        ))),
    }
}

/// Its parameters are lists of one text each.
fn argon2(
    parameters: &Fields,
    iterations: u32,
    (salt, hash): (&[u8], &[u8]),
) -> Result<Adopted, Refusal> {
    let parameter = |name: &str| match parameters.get(name) {
        Some(Value::Array(items)) => text(items.first()),
        other => text(other),
    };
    let number =
        |name: &str, default: u32| parameter(name).map_or(Some(default), |text| text.parse().ok());
    let (memory, lanes) = (number("memory", 7168), number("parallelism", 1));
    let (Some(memory), Some(lanes)) = (memory, lanes) else {
        return Err(broken("argon2"));
    };
    let kind = parameter("type").unwrap_or_else(|| "id".to_owned());
    let version = match parameter("version").as_deref() {
        Some("1.0" | "10" | "16") => 16,
        _ => 19,
    };
    let (salt, hash) = (
        crate::passwords::foreign::unpadded(salt),
        crate::passwords::foreign::unpadded(hash),
    );
    adopt(&format!(
        "$argon2{kind}$v={version}$m={memory},t={iterations},p={lanes}${salt}${hash}"
    ))
}

fn broken(algorithm: &str) -> Refusal {
    Refusal(format!("of the algorithm {algorithm:?}, and broken"))
}
