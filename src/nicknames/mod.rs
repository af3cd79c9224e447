//! Nicknames: what is one, when two are the same, and new ones for people who did not choose.

mod generate;
mod words;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

pub use generate::generate;

use crate::unicode;

/// The fewest characters.
pub const MIN: usize = 3;
/// The most characters.
pub const MAX: usize = 50;
/// What the characters must match, as the document of the API says it; [`is_allowed`] judges.
pub const PATTERN: &str = r"^[\w-]+$";

/// A name under which others see an account: as typed, unique whatever its case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nickname(String);

/// Why a text is no nickname. `Display` is the sentence that the API answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Fewer than [`MIN`] characters.
    TooShort,
    /// More than [`MAX`] characters.
    TooLong,
    /// Characters outside of [`PATTERN`].
    Characters,
}

impl Nickname {
    /// Reads a nickname.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        match typed.chars().count() {
            0..MIN => Err(Fault::TooShort),
            MIN..=MAX if is_allowed(typed) => Ok(Self(typed.to_owned())),
            MIN..=MAX => Err(Fault::Characters),
            _ => Err(Fault::TooLong),
        }
    }

    /// The nickname as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which nicknames are told apart.
    pub fn key(&self) -> String {
        unicode::fold(&self.0)
    }
}

/// Whether a text has the characters of a nickname, at least one.
pub fn is_allowed(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '-' || is_word(c))
}

/// `\w` of Unicode (UTS #18, annex C) without what cannot be seen: such a nickname would pass for another one.
fn is_word(character: char) -> bool {
    let shown_in_words = character.is_alphabetic()
        || character.general_category_group() == GeneralCategoryGroup::Mark
        || matches!(
            character.general_category(),
            GeneralCategory::DecimalNumber | GeneralCategory::ConnectorPunctuation
        );
    shown_in_words && !unicode::is_invisible(character)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => write!(f, "String should have at least {MIN} characters"),
            Self::TooLong => write!(f, "String should have at most {MAX} characters"),
            Self::Characters => write!(f, "String should match pattern '{PATTERN}'"),
        }
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Nickname {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nickname {
    type Err = Fault;

    fn from_str(typed: &str) -> Result<Self, Fault> {
        Self::parse(typed)
    }
}

impl Serialize for Nickname {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Nickname {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::parse(&typed).map_err(de::Error::custom)
    }
}
