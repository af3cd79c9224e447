//! Password hashes of other systems: each format has its file, which bounds what a hash may cost.
//!
//! `adopt` turns what a system has exported into the form that is stored here; `verify` compares a password with that form. A
//! login replaces it by a hash of our own.

mod adopt;
mod argon2;
mod bcrypt;
mod digest;
mod encoding;
mod firebase;
mod pbkdf2;
mod scrypt;
mod sealed;
mod wrapped;

pub use self::scrypt::scrypt;
pub use adopt::{Adopted, Refusal, adopt};
pub use digest::{Salt, digest};
pub use encoding::{base64, hex, unpadded};
pub use firebase::Signer;
pub use pbkdf2::pbkdf2;
pub use sealed::{opened, seal};
pub use wrapped::{Weak, wrap};

use super::hash::{self, Cost, Memory};

/// Stands for "no password": no text hashes to it. Who has it is compared with a decoy, and chooses a password by mail.
pub const NO_PASSWORD: &str = "!";

/// What the hashes of decoys are made of. Behind it come 16 bytes, which every function makes.
const SALT: &str = "Z2F0ZXBvc3QgZGVjb3kgIQ";

/// Whether `password` belongs to `stored`, a form that [`adopt`] has made.
pub(super) fn verify(memory: &mut Memory, stored: &str, password: &str) -> bool {
    match name(stored) {
        "argon2id" | "argon2i" | "argon2d" => {
            argon2::Hash::parse(stored).is_some_and(|hash| hash.verify(password))
        }
        "firebase-scrypt" => {
            firebase::Hash::parse(stored).is_some_and(|hash| hash.verify(password))
        }
        "scrypt" => scrypt::Hash::parse(stored).is_some_and(|hash| hash.verify(password)),
        "wrapped" => wrapped::Hash::parse(stored).is_some_and(|hash| hash.verify(memory, password)),
        "django-bcrypt-sha256" => {
            bcrypt::parse_prehashed(stored).is_some_and(|inner| bcrypt::verify(&inner, password))
        }
        _ => pbkdf2::Hash::parse(stored).is_some_and(|hash| hash.verify(password)),
    }
}

/// Bytes that [`verify`] allocates for `stored` beside the lane's own memory.
pub(super) fn bytes_of(stored: &str) -> usize {
    let bytes = match name(stored) {
        "argon2id" | "argon2i" | "argon2d" => argon2::Hash::parse(stored).map(|hash| hash.bytes()),
        "firebase-scrypt" => firebase::Hash::parse(stored).map(|hash| hash.bytes()),
        "scrypt" => scrypt::Hash::parse(stored).map(|hash| hash.bytes()),
        _ => None,
    };
    bytes.unwrap_or(0)
}

/// Whether some password could belong to `stored`, and finding out stays within the bounds.
pub(super) fn is_known(stored: &str) -> bool {
    match name(stored) {
        "argon2id" | "argon2i" | "argon2d" => argon2::Hash::parse(stored).is_some(),
        "firebase-scrypt" => firebase::Hash::parse(stored).is_some(),
        "scrypt" => scrypt::Hash::parse(stored).is_some(),
        "wrapped" => wrapped::Hash::parse(stored).is_some(),
        "django-bcrypt-sha256" => bcrypt::parse_prehashed(stored).is_some(),
        _ => pbkdf2::Hash::parse(stored).is_some(),
    }
}

/// Whether comparing with `stored` takes work: it is of a known form, and within the bounds.
pub fn is_computed(stored: &str) -> bool {
    hash::is_known(stored)
}

/// What `stored` costs to compare with, in the words of its own form; `None` when that is what our own hashes cost.
pub fn kind(stored: &str, ours: Cost) -> Option<String> {
    if name(stored) == "wrapped" || stored == NO_PASSWORD || hash::has_cost(stored, ours) {
        return None;
    }
    let bcrypt = bcrypt::parse_prehashed(stored);
    let stored = bcrypt.as_deref().unwrap_or(stored);
    let behind = if bcrypt::is_bcrypt(stored) { 1 } else { 2 };
    let kind = stored.rsplitn(behind + 1, '$').last();
    kind.map(str::to_owned)
}

/// A hash of that kind that no password has.
pub fn decoy(kind: &str) -> String {
    if bcrypt::is_bcrypt(kind) {
        return format!("{kind}${}", ".".repeat(53));
    }
    format!("{kind}${SALT}${}", "A".repeat(22))
}

/// `scrypt` of `$scrypt$ln=…`.
fn name(stored: &str) -> &str {
    stored.split('$').nth(1).unwrap_or_default()
}
