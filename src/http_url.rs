//! Web addresses that people put into their profile: shown to others as links, so nothing but http and https.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;

use crate::unicode;

/// The longest address, in characters.
pub const MAX_CHARS: usize = 255;

/// What the documentation says of the form; the parser judges.
pub const PATTERN: &str =
    r"^$|^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,4})?([/?#][!-~]*)?$";

/// An absolute http or https address with a host and without credentials, exactly as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HttpUrl(String);

/// The text is no web address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidUrl;

impl HttpUrl {
    /// Reads a web address.
    pub fn parse(typed: &str) -> Result<Self, InvalidUrl> {
        if typed.chars().count() > MAX_CHARS || typed.chars().any(is_refused) {
            return Err(InvalidUrl);
        }
        // By hand, because the parser of browsers forgives `http:host` and `http:///host`, other readers don't.
        let (scheme, rest) = typed.split_once("://").ok_or(InvalidUrl)?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err(InvalidUrl);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // `https://bank.example@evil.example` is read by people as the first and by browsers as the second.
        if authority.is_empty() || authority.contains('@') {
            return Err(InvalidUrl);
        }
        let url = Url::parse(typed).map_err(|_| InvalidUrl)?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidUrl);
        }
        Ok(Self(typed.to_owned()))
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Spaces and controls, what ends a link in mails and markup, and what browsers read as a slash.
fn is_refused(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || unicode::is_invisible(character)
        || matches!(character, '<' | '>' | '"' | '\\' | '`')
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invalid URL format")
    }
}

impl std::error::Error for InvalidUrl {}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for HttpUrl {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for HttpUrl {
    type Err = InvalidUrl;

    fn from_str(typed: &str) -> Result<Self, InvalidUrl> {
        Self::parse(typed)
    }
}

impl Serialize for HttpUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for HttpUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::parse(&typed).map_err(de::Error::custom)
    }
}
