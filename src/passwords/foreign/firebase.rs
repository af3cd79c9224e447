//! Firebase's modified scrypt: the key that scrypt derives encrypts a secret of the project, and that is the hash.
//!
//! The secret, the signer key, is not kept. AES in counter mode adds a key stream to it, and comparing that stream tells as
//! much as comparing the hash. The stream is kept sealed under the master key: who steals the database has nothing to guess
//! against, as with Firebase whoever steals the hashes and not the signer key.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::adopt::{Adopted, Refusal};
use super::encoding::{Phc, base64, write};
use super::scrypt::ScryptCost;

/// Bytes that scrypt derives; the first half is the key.
const DERIVED: usize = 64;
const KEY: usize = 32;
const SHORTEST: usize = 16;
const LONGEST: usize = 256;

/// The parameters of a Firebase project, as its console shows them.
pub struct Signer {
    key: Zeroizing<Vec<u8>>,
    separator: Vec<u8>,
    cost: ScryptCost,
}

impl Signer {
    /// Reads key and separator (Base64), rounds and memory cost.
    pub fn new(
        (key, separator): (&str, &str),
        (rounds, mem_cost): (u32, u32),
    ) -> Result<Self, String> {
        let cost = ScryptCost {
            log_n: mem_cost,
            r: rounds,
            p: 1,
        };
        cost.params().ok_or_else(|| cost.refusal().0)?;
        let key = base64(key).filter(|key| (SHORTEST..=LONGEST).contains(&key.len()));
        Ok(Self {
            key: Zeroizing::new(key.ok_or("the signer key is no Base64 of 16 bytes or more")?),
            separator: base64(separator).ok_or("the salt separator is no Base64")?,
            cost,
        })
    }

    /// A hash of a user of the project.
    pub fn adopt(&self, hash: &str, salt: &str) -> Result<Adopted, Refusal> {
        let broken = || Refusal::broken("Firebase");
        let hash = base64(hash)
            .filter(|hash| hash.len() == self.key.len())
            .ok_or_else(broken)?;
        let mut salt = base64(salt).ok_or_else(broken)?;
        salt.extend(&self.separator);
        let stream: Vec<u8> = hash
            .iter()
            .zip(self.key.iter())
            .map(|(a, b)| a ^ b)
            .collect();
        let params = format!("ln={},r={}", self.cost.log_n, self.cost.r);
        let text = write("firebase-scrypt", &params, (&salt, &stream));
        Ok(Adopted::Secret(text))
    }
}

/// What an export of ours has: the same form, opened.
pub(super) fn adopt_own(text: &str) -> Result<Adopted, Refusal> {
    if Hash::parse(text).is_none() {
        return Err(Refusal::broken("Firebase"));
    }
    Ok(Adopted::Secret(text.to_owned()))
}

/// A stored hash, within the bounds.
pub(super) struct Hash {
    cost: ScryptCost,
    salt: Vec<u8>,
    stream: Vec<u8>,
}

impl Hash {
    pub fn parse(stored: &str) -> Option<Self> {
        let phc = Phc::parse(stored.strip_prefix("$firebase-scrypt$")?)?;
        let cost = ScryptCost {
            log_n: phc.number("ln")?,
            r: phc.number("r")?,
            p: 1,
        };
        cost.params()?;
        let fits = (SHORTEST..=LONGEST).contains(&phc.hash.len());
        fits.then_some(Self {
            cost,
            salt: phc.salt,
            stream: phc.hash,
        })
    }

    /// Memory that [`Self::verify`] takes.
    pub fn bytes(&self) -> usize {
        self.cost.bytes()
    }

    pub fn verify(&self, password: &str) -> bool {
        let stream = self.stream_of(password);
        stream.is_some_and(|stream| stream.ct_eq(&self.stream).into())
    }

    /// What AES-256 in counter mode adds to the signer key: its counter begins at zero.
    fn stream_of(&self, password: &str) -> Option<Zeroizing<Vec<u8>>> {
        let mut derived = Zeroizing::new([0; DERIVED]);
        let params = self.cost.params()?;
        ::scrypt::scrypt(password.as_bytes(), &self.salt, &params, derived.as_mut()).ok()?;
        let key = UnboundCipherKey::new(&AES_256, derived.get(..KEY)?).ok()?;
        let mut stream = Zeroizing::new(vec![0; self.stream.len()]);
        let counter = EncryptionContext::Iv128(FixedLength::from([0; 16]));
        let cipher = EncryptingKey::ctr(key).ok()?;
        cipher.less_safe_encrypt(&mut stream, counter).ok()?;
        Some(stream)
    }
}
