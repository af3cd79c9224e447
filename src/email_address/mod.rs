//! E-mail addresses: what is one, how it is shown, and when two are the same.
//!
//! The syntax is the dot-atom of RFC 5322 section 3.2.3 with the international characters of RFC 6531; quoted
//! local parts, comments, display names and address literals are refused, because parsers disagree about them
//! and a mail then goes elsewhere than to the address that was checked.

mod characters;
mod domain;
mod local_part;
mod reason;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use reason::{Limit, Place, Reason, Shape};

use crate::unicode;

/// The longest address, in characters as typed and in octets as sent (RFC 5321 section 4.5.3.1.3, erratum 1690).
pub const MAX_CHARS: usize = 254;

/// An address to which mail can be sent: the local part as typed, the domain in lower case and in Unicode.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    text: String,
    ascii_domain: String,
}

impl EmailAddress {
    /// Reads an address, with white space around it or without.
    pub fn parse(typed: &str) -> Result<Self, Reason> {
        let typed = typed.trim();
        // First, so that a long text costs nothing.
        Limit::Address.check(typed.chars().count())?;
        let (before, after) = split(typed)?;
        let local_part = local_part::parse(before)?;
        let domain = domain::parse(after)?;
        let address = Self {
            text: format!("{local_part}@{}", domain.unicode),
            ascii_domain: domain.ascii,
        };
        address.fits_in_an_envelope()?;
        Ok(address)
    }

    /// The address as it is shown and sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the @-sign, as typed.
    pub fn local_part(&self) -> &str {
        self.text.rsplit_once('@').map_or("", |(before, _)| before)
    }

    /// The domain as the DNS knows it: labels beyond ASCII in Punycode (RFC 5891).
    pub fn ascii_domain(&self) -> &str {
        &self.ascii_domain
    }

    /// The form by which addresses are told apart. Mail goes to [`EmailAddress::as_str`], never to this.
    pub fn key(&self) -> String {
        format!("{}@{}", unicode::fold(self.local_part()), self.ascii_domain)
    }

    fn fits_in_an_envelope(&self) -> Result<(), Reason> {
        Limit::Octets.check(self.text.len())?;
        Limit::AsciiOctets.check(self.local_part().len() + "@".len() + self.ascii_domain.len())
    }
}

/// A text that was typed as an address, and may be none.
#[derive(Debug, Clone)]
pub struct Typed {
    key: String,
    is_address: bool,
}

impl Typed {
    /// Reads what was typed.
    pub fn read(text: &str) -> Self {
        if let Ok(address) = EmailAddress::parse(text) {
            return Self {
                key: address.key(),
                is_address: true,
            };
        }
        // Bounded, and without NUL, because it may be stored; the space in front keeps it apart from all addresses.
        let printable = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
        let bounded: String = text.trim().chars().take(MAX_CHARS).map(printable).collect();
        Self {
            key: format!(" {}", unicode::fold(&bounded)),
            is_address: false,
        }
    }

    /// The key that it would have as an address: what a login looks up. A text that is no address has one as well, so that
    /// attempts on it can be counted; no address has that key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether an account can have it as its address.
    pub fn is_address(&self) -> bool {
        self.is_address
    }
}

/// The key of a typed text: see [`Typed::key`].
pub fn fold(typed: &str) -> String {
    Typed::read(typed).key
}

/// A domain that addresses can have, as the DNS knows it: what two spellings of it are compared by.
pub fn ascii_domain(typed: &str) -> Result<String, Reason> {
    Ok(domain::parse(typed)?.ascii)
}

fn split(text: &str) -> Result<(&str, &str), Shape> {
    if begins_quoted(text) {
        return Err(Shape::Quoted);
    }
    match text.split_once('@') {
        Some((before, after)) if !after.contains('@') => Ok((before, after)),
        _ => Err(Shape::NotOneAtSign),
    }
}

/// Whether the text begins as `"anything"@` does; there may be @-signs between the quotes.
fn begins_quoted(text: &str) -> bool {
    let mut characters = text.chars();
    if characters.next() != Some('"') {
        return false;
    }
    let mut escaped = false;
    while let Some(character) = characters.next() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return characters.as_str().starts_with('@'),
            _ => {}
        }
    }
    false
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for EmailAddress {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl FromStr for EmailAddress {
    type Err = Reason;

    fn from_str(typed: &str) -> Result<Self, Reason> {
        Self::parse(typed)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::parse(&typed).map_err(|reason| {
            de::Error::custom(format_args!("value is not a valid email address: {reason}"))
        })
    }
}
