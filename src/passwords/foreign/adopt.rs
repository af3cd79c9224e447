//! Adopt the hash of another system: told by its form, held to the bounds, and written in the form that is stored.

use super::wrapped::{self, Weak};
use super::{argon2, bcrypt, digest, firebase, pbkdf2, scrypt};

/// Longer than any hash.
const LONGEST: usize = 2048;

/// What can be stored, or has to be done before.
#[derive(Clone)]
pub enum Adopted {
    /// There is no password.
    Nothing,
    /// To be stored as it is.
    Kept(String),
    /// To be sealed under the master key.
    Secret(String),
    /// To be hashed first.
    Weak(Weak),
}

/// Why a hash is not taken: words that follow "its password hash is". They never hold the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    pub(super) fn unknown(what: &str) -> Self {
        Self(what.to_owned())
    }

    pub(super) fn broken(kind: &str) -> Self {
        Self(format!("of the kind {kind}, and broken"))
    }
}

/// Reads a hash as it stands in an export or in the database of an application.
pub fn adopt(text: &str) -> Result<Adopted, Refusal> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(Refusal("longer than any that is known".to_owned()));
    }
    // Django writes `!` and random characters; /etc/shadow and others `*` or `!`.
    if text.is_empty() || text.starts_with('!') || text == "*" {
        return Ok(Adopted::Nothing);
    }
    let bare = [
        "{CRYPT}", "{BCRYPT}", "{ARGON2}", "{bcrypt}", "{argon2}", "{crypt}",
    ];
    let text = bare
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    if text.starts_with('$') {
        return adopt_crypt(text);
    }
    if let Some(adopted) = digest::adopt_ldap(text).or_else(|| digest::adopt_bare(text)) {
        return adopted;
    }
    if let Some(rest) = text.strip_prefix("pbkdf2:") {
        return pbkdf2::adopt_werkzeug(rest);
    }
    if let Some(rest) = text.strip_prefix("scrypt:") {
        return scrypt::adopt_werkzeug(rest);
    }
    text.split_once('$')
        .map_or_else(|| Err(unknown()), |(name, rest)| adopt_django(name, rest))
}

/// The forms that begin with `$`.
fn adopt_crypt(text: &str) -> Result<Adopted, Refusal> {
    match super::name(text) {
        "2a" | "2b" | "2y" => bcrypt::adopt(text),
        "argon2id" | "argon2i" | "argon2d" => argon2::adopt(text),
        "scrypt" => scrypt::adopt_phc(text),
        "firebase-scrypt" => firebase::adopt_own(text),
        "wrapped" => wrapped::adopt_own(text),
        "django-bcrypt-sha256" => {
            bcrypt::adopt_prehashed(text.trim_start_matches("$django-bcrypt-sha256"))
        }
        name if name.starts_with("pbkdf2") => pbkdf2::adopt_phc(text),
        _ => Err(unknown()),
    }
}

/// Django's forms: the name of the hasher, and what it has written.
fn adopt_django(name: &str, rest: &str) -> Result<Adopted, Refusal> {
    match name {
        "argon2" => argon2::adopt(&format!("${rest}")),
        "bcrypt" => bcrypt::adopt(rest),
        "bcrypt_sha256" => bcrypt::adopt_prehashed(rest),
        "scrypt" => scrypt::adopt_django(rest),
        "md5" | "sha1" | "sha256" | "sha384" | "sha512" => digest::adopt_salted(name, rest),
        "unsalted_md5" | "unsalted_sha1" => {
            digest::adopt_bare(rest.trim_start_matches('$')).unwrap_or_else(|| Err(unknown()))
        }
        _ => match name.strip_prefix("pbkdf2_") {
            Some(function) => pbkdf2::adopt_django(function, rest),
            None => Err(unknown()),
        },
    }
}

fn unknown() -> Refusal {
    Refusal("of a kind that is not known here".to_owned())
}
