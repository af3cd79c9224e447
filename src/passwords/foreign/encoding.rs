//! How hashes are written down: Base64 and hexadecimal as other systems write them, and the parts of a PHC string.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// No salt or hash is as long as that.
const LONGEST: usize = 1024;

/// With padding or without it.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Reads Base64 of any of the usual alphabets: the standard one, the one for URLs, and the one of passlib.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    if text.len() > 2 * LONGEST {
        return None;
    }
    let standard: String = text
        .chars()
        .map(|c| match c {
            '-' | '.' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    bounded(TOLERANT.decode(standard).ok()?)
}

/// Reads hexadecimal digits.
pub fn hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let byte = |pair: &[u8; 2]| {
        let digits = std::str::from_utf8(pair).ok()?;
        // A sign is taken for part of a number, and is no digit.
        digits
            .bytes()
            .all(|b| b.is_ascii_hexdigit())
            .then_some(())?;
        u8::from_str_radix(digits, 16).ok()
    };
    bounded(pairs.iter().map(byte).collect::<Option<_>>()?)
}

fn bounded(bytes: Vec<u8>) -> Option<Vec<u8>> {
    (bytes.len() <= LONGEST).then_some(bytes)
}

/// Base64 as a PHC string has it.
pub fn unpadded(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// `$name$params$salt$hash`, taken apart.
pub(super) struct Phc<'a> {
    pub params: &'a str,
    pub salt: Vec<u8>,
    pub hash: Vec<u8>,
}

impl<'a> Phc<'a> {
    /// Reads what stands behind `$name$`.
    pub fn parse(rest: &'a str) -> Option<Self> {
        let mut parts = rest.split('$');
        let phc = Self {
            params: parts.next()?,
            salt: base64(parts.next()?)?,
            hash: base64(parts.next()?)?,
        };
        parts.next().is_none().then_some(phc)
    }

    /// The number that the parameters have under `name`.
    pub fn number(&self, name: &str) -> Option<u32> {
        let mut pairs = self
            .params
            .split(',')
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(found, _)| *found == name)?.1.parse().ok()
    }
}

/// `$name$params$salt$hash`.
pub(super) fn write(name: &str, params: &str, (salt, hash): (&[u8], &[u8])) -> String {
    format!("${name}${params}${}${}", unpadded(salt), unpadded(hash))
}
