//! Secrets and randomness: the master key, what is sealed under it, digests and tokens.

mod master_key;

use std::fmt::Write;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;

pub use master_key::MasterKey;

/// SHA-256 of `bytes`: how a token is kept, so that a stolen database holds none that works.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref());
    out
}

/// `N` bytes from the system's generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The generator of AWS-LC seeds itself from the system and ends the process rather than answer weak bytes.
    if SystemRandom::new().fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

/// A generator for what needs no secrecy, such as a pleasant name or a pause of random length.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that hands the generator out"
)]
pub fn rng() -> rand::rngs::ThreadRng {
    rand::rng()
}

/// A number below `end`, of no secrecy.
pub fn below(end: u64) -> u64 {
    rng().random_range(0..end.max(1))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing into a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes of hexadecimal digits; `None` for any other text.
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        let is_whole = pair.len() == 2 && pair.chars().all(|digit| digit.is_ascii_hexdigit());
        u8::from_str_radix(pair, 16).ok().filter(|_| is_whole)
    });
    bytes.collect()
}

/// A new single-use token: 256 random bits, URL-safe, 43 characters.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}
