//! Argon2 as others use it: version 16, and the variant d. What our own hashes are like is for `hash.rs`.

use ::argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::adopt::{Adopted, Refusal};
use super::encoding::{Phc, write};

/// Memory in KiB: 256 MiB.
const MOST_MEMORY: u32 = 256 * 1024;
/// KiB times passes: about a second of a core.
const MOST_WORK: u64 = 1024 * 1024;
const MOST_LANES: u32 = 16;
const SHORTEST: usize = 12;
const LONGEST: usize = 128;

/// A stored hash, within the bounds.
pub(super) struct Hash {
    argon2: Argon2<'static>,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Hash {
    pub fn parse(stored: &str) -> Option<Self> {
        let parts = Parts::parse(stored)?;
        let mut pairs = parts.phc.params.split(',').map(|pair| pair.split_once('='));
        let is_plain = pairs.all(|pair| matches!(pair, Some(("m" | "t" | "p", _))));
        (is_plain && parts.is_bounded()).then_some(())?;
        let Parts {
            algorithm,
            version,
            phc,
            ..
        } = parts;
        let [m, t, p] = ["m", "t", "p"].map(|name| phc.number(name));
        let params = Params::new(m?, t?, p?, Some(phc.hash.len())).ok()?;
        Some(Self {
            argon2: Argon2::new(algorithm, version, params),
            salt: phc.salt,
            output: phc.hash,
        })
    }

    /// Memory that [`Self::verify`] takes.
    pub fn bytes(&self) -> usize {
        self.argon2.params().block_count() * Block::SIZE
    }

    pub fn verify(&self, password: &str) -> bool {
        let mut out = Zeroizing::new(vec![0; self.output.len()]);
        let done = self
            .argon2
            .hash_password_into(password.as_bytes(), &self.salt, &mut out);
        done.is_ok() && bool::from(out.ct_eq(&self.output))
    }
}

/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`; without `v` it is of version 16.
struct Parts<'a> {
    name: &'a str,
    algorithm: Algorithm,
    version: Version,
    phc: Phc<'a>,
}

impl<'a> Parts<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (name, rest) = text.strip_prefix('$')?.split_once('$')?;
        let algorithm = match name {
            "argon2id" => Algorithm::Argon2id,
            "argon2i" => Algorithm::Argon2i,
            "argon2d" => Algorithm::Argon2d,
            _ => return None,
        };
        let (version, rest) = match rest.split_once('$')? {
            ("v=19", rest) => (Version::V0x13, rest),
            ("v=16", rest) => (Version::V0x10, rest),
            _ => (Version::V0x10, rest),
        };
        Some(Self {
            name,
            algorithm,
            version,
            phc: Phc::parse(rest)?,
        })
    }

    fn is_bounded(&self) -> bool {
        let [m, t, p] = ["m", "t", "p"].map(|name| self.phc.number(name).unwrap_or(u32::MAX));
        m <= MOST_MEMORY
            && u64::from(m) * u64::from(t) <= MOST_WORK
            && p <= MOST_LANES
            && self.phc.salt.len() >= 8
            && (SHORTEST..=LONGEST).contains(&self.phc.hash.len())
    }
}

/// A PHC string, bare or behind Django's `argon2$`.
pub(super) fn adopt(text: &str) -> Result<Adopted, Refusal> {
    let parts = Parts::parse(text).ok_or_else(|| Refusal::broken("Argon2"))?;
    let params = parts.phc.params;
    if params.contains("keyid=") || params.contains("data=") {
        let keyed = "Argon2 with a secret key or associated data, which is not in the file";
        return Err(Refusal(keyed.to_owned()));
    }
    let numbers = ["m", "t", "p"].map(|name| parts.phc.number(name));
    let [Some(m), Some(t), Some(p)] = numbers else {
        return Err(Refusal::broken("Argon2"));
    };
    let params = format!("v={}$m={m},t={t},p={p}", u32::from(parts.version));
    let kept = write(parts.name, &params, (&parts.phc.salt, &parts.phc.hash));
    if !parts.is_bounded() {
        let bound = format!("Argon2 with m={m}, t={t}, p={p}, which costs more than is allowed");
        return Err(Refusal(bound));
    }
    if Hash::parse(&kept).is_none() {
        return Err(Refusal::broken("Argon2"));
    }
    Ok(Adopted::Kept(kept))
}
