//! Salted and bare digests (MD5, SHA-1, SHA-2): too fast to be kept as they are, so they are hashed once more.

use aws_lc_rs::digest as aws;
use md5::{Digest, Md5};

use super::adopt::{Adopted, Refusal};
use super::encoding::{base64, hex};
use super::wrapped::Weak;

/// Where the salt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Salt {
    /// In front of the password.
    Before,
    /// Behind it.
    Behind,
}

/// The functions by name, each with the length of its digest.
const FUNCTIONS: [(&str, usize); 5] = [
    ("md5", 16),
    ("sha1", 20),
    ("sha256", 32),
    ("sha384", 48),
    ("sha512", 64),
];

/// LDAP's names (RFC 2307 section 5.3 and its successors) of functions.
const LDAP: [(&str, &str); 8] = [
    ("{MD5}", "md5"),
    ("{SMD5}", "md5"),
    ("{SHA}", "sha1"),
    ("{SSHA}", "sha1"),
    ("{SHA256}", "sha256"),
    ("{SSHA256}", "sha256"),
    ("{SHA512}", "sha512"),
    ("{SSHA512}", "sha512"),
];

/// The digest of `bytes`.
pub(super) fn compute(function: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match function {
        "md5" => return Some(Md5::digest(bytes).to_vec()),
        "sha1" => &aws::SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => &aws::SHA256,
        "sha384" => &aws::SHA384,
        "sha512" => &aws::SHA512,
        _ => return None,
    };
    Some(aws::digest(algorithm, bytes).as_ref().to_vec())
}

/// A digest of the parts that a system has written down.
pub fn digest(
    function: &str,
    (salt, place): (&[u8], Salt),
    hash: &[u8],
) -> Result<Adopted, Refusal> {
    let name = function.to_lowercase().replace(['-', '_'], "");
    let Some((name, length)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        return Err(Refusal::unknown("a digest of another kind"));
    };
    if hash.len() != *length {
        return Err(Refusal::broken(name));
    }
    Ok(Adopted::Weak(Weak::new(name, (salt, place), hash)))
}

/// Django: `sha1$salt$hex`, and others that write so. The salt is text in front of the password.
pub(super) fn adopt_salted(function: &str, rest: &str) -> Result<Adopted, Refusal> {
    let broken = || Refusal::broken(function);
    let (salt, hash) = rest.rsplit_once('$').ok_or_else(broken)?;
    let hash = hex(hash).ok_or_else(broken)?;
    digest(function, (salt.as_bytes(), Salt::Before), &hash)
}

/// LDAP: `{SSHA}` and Base64 of the digest with the salt behind it.
pub(super) fn adopt_ldap(text: &str) -> Option<Result<Adopted, Refusal>> {
    let end = text.find('}')? + 1;
    let (scheme, rest) = text.split_at_checked(end)?;
    let found = LDAP
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(scheme))?;
    let function = found.1;
    let length = FUNCTIONS.iter().find(|(known, _)| *known == function)?.1;
    let bytes = base64(rest).or_else(|| hex(rest));
    let split = bytes
        .as_deref()
        .and_then(|bytes| bytes.split_at_checked(length));
    Some(match split {
        Some((hash, salt)) => digest(function, (salt, Salt::Behind), hash),
        None => Err(Refusal::broken(scheme)),
    })
}

/// Nothing but hexadecimal digits: the function is told by their number.
pub(super) fn adopt_bare(text: &str) -> Option<Result<Adopted, Refusal>> {
    let hash = hex(text)?;
    let (function, _) = FUNCTIONS.iter().find(|(_, length)| *length == hash.len())?;
    Some(digest(function, (&[], Salt::Before), &hash))
}
