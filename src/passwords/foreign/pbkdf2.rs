//! PBKDF2 (RFC 8018 section 5.2) with HMAC of SHA-1, SHA-256 and SHA-512: Django, Keycloak, Werkzeug, passlib.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{
    Algorithm, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512, derive,
};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::adopt::{Adopted, Refusal};
use super::encoding::{Phc, base64, hex, write};

/// Above what anybody recommends, and about a second of a core.
const MOST_ITERATIONS: u32 = 4_000_000;
/// A hash that is shorter is no hash.
const SHORTEST: usize = 16;

/// The names in stored hashes, each with its function and the length of one block.
const ALGORITHMS: [(&str, Algorithm, usize); 3] = [
    ("pbkdf2-sha1", PBKDF2_HMAC_SHA1, 20),
    ("pbkdf2-sha256", PBKDF2_HMAC_SHA256, 32),
    ("pbkdf2-sha512", PBKDF2_HMAC_SHA512, 64),
];

/// A stored hash, within the bounds.
pub(super) struct Hash {
    algorithm: Algorithm,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Hash {
    pub fn parse(stored: &str) -> Option<Self> {
        let (name, rest) = stored.strip_prefix('$')?.split_once('$')?;
        let (_, algorithm, block) = *ALGORITHMS.iter().find(|(known, ..)| *known == name)?;
        let phc = Phc::parse(rest)?;
        let iterations = phc.number("i").filter(|i| *i <= MOST_ITERATIONS)?;
        let fits = (SHORTEST..=block).contains(&phc.hash.len());
        fits.then_some(Self {
            algorithm,
            iterations: NonZeroU32::new(iterations)?,
            salt: phc.salt,
            output: phc.hash,
        })
    }

    pub fn verify(&self, password: &str) -> bool {
        let mut out = Zeroizing::new(vec![0; self.output.len()]);
        let password = password.as_bytes();
        derive(
            self.algorithm,
            self.iterations,
            &self.salt,
            password,
            &mut out,
        );
        out.ct_eq(&self.output).into()
    }
}

/// A hash of the parts that a system has written down. `function` is `sha1`, `sha256` or `sha512`.
pub fn pbkdf2(
    function: &str,
    iterations: u32,
    (salt, hash): (&[u8], &[u8]),
) -> Result<Adopted, Refusal> {
    let name = format!("pbkdf2-{}", function.to_lowercase().replace('-', ""));
    let Some((name, _, block)) = ALGORITHMS.iter().find(|(known, ..)| *known == name) else {
        let known = "PBKDF2 with a function other than SHA-1, SHA-256 and SHA-512";
        return Err(Refusal::unknown(known));
    };
    if iterations == 0 || iterations > MOST_ITERATIONS {
        let bound =
            format!("PBKDF2 with {iterations} iterations; at most {MOST_ITERATIONS} are taken");
        return Err(Refusal(bound));
    }
    // The first block tells right from wrong; the others would cost as much again each.
    let hash = hash.get(..*block).unwrap_or(hash);
    if hash.len() < SHORTEST {
        return Err(Refusal::broken("PBKDF2"));
    }
    let params = format!("i={iterations}");
    Ok(Adopted::Kept(write(name, &params, (salt, hash))))
}

/// Django: `pbkdf2_sha256$600000$salt$Base64`; the salt is text.
pub(super) fn adopt_django(function: &str, rest: &str) -> Result<Adopted, Refusal> {
    let broken = || Refusal::broken("PBKDF2");
    let [iterations, salt, hash] = parts(rest).ok_or_else(broken)?;
    let hash = base64(hash).ok_or_else(broken)?;
    let iterations = iterations.parse().map_err(|_| broken())?;
    pbkdf2(function, iterations, (salt.as_bytes(), &hash))
}

/// Werkzeug: `pbkdf2:sha256:600000$salt$hex`; the salt is text.
pub(super) fn adopt_werkzeug(rest: &str) -> Result<Adopted, Refusal> {
    let broken = || Refusal::broken("PBKDF2");
    let [method, salt, hash] = parts(rest).ok_or_else(broken)?;
    let (function, iterations) = method.split_once(':').ok_or_else(broken)?;
    let hash = hex(hash).ok_or_else(broken)?;
    let iterations = iterations.parse().map_err(|_| broken())?;
    pbkdf2(function, iterations, (salt.as_bytes(), &hash))
}

/// `$pbkdf2-sha256$i=600000,l=32$salt$hash`, and passlib's `$pbkdf2-sha256$29000$salt$hash`.
pub(super) fn adopt_phc(text: &str) -> Result<Adopted, Refusal> {
    let broken = || Refusal::broken("PBKDF2");
    let (name, rest) = text
        .strip_prefix('$')
        .and_then(|text| text.split_once('$'))
        .ok_or_else(broken)?;
    let function = name.strip_prefix("pbkdf2-").unwrap_or("sha1");
    let phc = Phc::parse(rest).ok_or_else(broken)?;
    let iterations = phc.number("i").or_else(|| phc.params.parse().ok());
    pbkdf2(
        function,
        iterations.ok_or_else(broken)?,
        (&phc.salt, &phc.hash),
    )
}

fn parts(text: &str) -> Option<[&str; 3]> {
    let parts: Vec<&str> = text.split('$').collect();
    parts.try_into().ok()
}
