//! Weak digests inside Argon2id: `$wrapped$sha1,before,salt$argon2id$…`. No digest that can be guessed at lies in the database.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::digest::{Salt, compute};
use super::encoding::base64;
use super::{Adopted, Refusal};
use crate::crypto;
use crate::passwords::hash::{self, Memory};

const PREFIX: &str = "$wrapped$";

/// A digest that has to be hashed before it is kept.
#[derive(Clone)]
pub struct Weak {
    /// How the digest is made of a password.
    recipe: String,
    /// The digest, in hexadecimal.
    digits: Zeroizing<String>,
}

impl Weak {
    pub(super) fn new(function: &str, (salt, place): (&[u8], Salt), hash: &[u8]) -> Self {
        let place = match place {
            Salt::Before => "before",
            Salt::Behind => "behind",
        };
        Self {
            recipe: format!("{function},{place},{}", STANDARD_NO_PAD.encode(salt)),
            digits: Zeroizing::new(crypto::hex(hash)),
        }
    }

    /// What Argon2id is to hash.
    pub fn digits(&self) -> &str {
        &self.digits
    }
}

/// What is stored, once the digits of `weak` are hashed.
pub fn wrap(weak: &Weak, argon2: &str) -> String {
    format!("{PREFIX}{}{argon2}", weak.recipe)
}

/// What an export of ours has.
pub(super) fn adopt_own(text: &str) -> Result<Adopted, Refusal> {
    let hash = Hash::parse(text).ok_or_else(|| Refusal::broken("wrapped"))?;
    super::argon2::adopt(&hash.argon2)?;
    Ok(Adopted::Kept(text.to_owned()))
}

/// A stored hash.
pub(super) struct Hash {
    function: String,
    salt: Vec<u8>,
    place: Salt,
    argon2: String,
}

impl Hash {
    pub fn parse(stored: &str) -> Option<Self> {
        let (recipe, argon2) = stored.strip_prefix(PREFIX)?.split_once('$')?;
        let mut parts = recipe.split(',');
        let (function, place, salt) = (parts.next()?, parts.next()?, parts.next()?);
        compute(function, &[])?;
        let argon2 = format!("${argon2}");
        hash::is_own(&argon2).then_some(Self {
            function: function.to_owned(),
            salt: base64(salt)?,
            place: match place {
                "before" => Salt::Before,
                "behind" => Salt::Behind,
                _ => return None,
            },
            argon2,
        })
    }

    pub fn verify(&self, memory: &mut Memory, password: &str) -> bool {
        let salted = Zeroizing::new(match self.place {
            Salt::Before => [&self.salt, password.as_bytes()].concat(),
            Salt::Behind => [password.as_bytes(), &self.salt].concat(),
        });
        let Some(digest) = compute(&self.function, &salted) else {
            return false;
        };
        let digits = Zeroizing::new(crypto::hex(&digest));
        hash::verify(memory, &self.argon2, &digits)
    }
}
