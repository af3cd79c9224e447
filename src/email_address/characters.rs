//! Characters that an address may not have, and how a message names them.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::{Place, Reason};
use crate::unicode;

/// Refuses a text for those of its characters that fail a test.
pub(super) fn refuse(text: &str, place: Place, fails: impl Fn(char) -> bool) -> Result<(), Reason> {
    let found: BTreeSet<char> = text.chars().filter(|&c| fails(c)).collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(Reason::Characters(place, found.into_iter().collect()))
    }
}

/// Whether every ASCII character that the character decomposes to is allowed.
///
/// Mail software that normalises would otherwise turn a full-width comma into one that separates addresses.
/// Spaces beyond ASCII pass, for [`refuse_unsafe`] to name them.
pub(super) fn decomposes_within(character: char, allowed: impl Fn(char) -> bool) -> bool {
    let mut parts = std::iter::once(character).nfkd();
    (!character.is_ascii() && is_unsafe(character))
        || parts.all(|part| !part.is_ascii() || allowed(part))
}

/// Refuses what makes a text display as another one or combine with its surroundings: spaces, controls,
/// invisible, bidirectional, private and unassigned characters, and a combining mark in front.
pub(super) fn refuse_unsafe(text: &str) -> Result<(), Reason> {
    let leading_mark = text
        .chars()
        .next()
        .filter(|c| c.general_category_group() == GeneralCategoryGroup::Mark);
    refuse(text, Place::Anywhere, |c| {
        is_unsafe(c) || Some(c) == leading_mark
    })
}

fn is_unsafe(character: char) -> bool {
    unicode::is_invisible(character)
        || matches!(
            character.general_category_group(),
            GeneralCategoryGroup::Separator | GeneralCategoryGroup::Other
        )
}

/// How a message shows a character: in quotes if it can be seen, else by its name or number.
pub(super) fn name(character: char) -> String {
    if let Some(name) = unicode_name(character) {
        return name.to_owned();
    }
    match character.general_category_group() {
        _ if character == '\'' || character == '\\' => format!("\"{character}\""),
        GeneralCategoryGroup::Separator
        | GeneralCategoryGroup::Other
        | GeneralCategoryGroup::Mark => number(character),
        _ if unicode::is_invisible(character) => number(character),
        _ => format!("'{character}'"),
    }
}

fn number(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// The Unicode names of those invisible characters that come with copied text.
const fn unicode_name(character: char) -> Option<&'static str> {
    Some(match character {
        ' ' => "SPACE",
        '\u{00A0}' => "NO-BREAK SPACE",
        '\u{00AD}' => "SOFT HYPHEN",
        '\u{034F}' => "COMBINING GRAPHEME JOINER",
        '\u{061C}' => "ARABIC LETTER MARK",
        '\u{2009}' => "THIN SPACE",
        '\u{200B}' => "ZERO WIDTH SPACE",
        '\u{200C}' => "ZERO WIDTH NON-JOINER",
        '\u{200D}' => "ZERO WIDTH JOINER",
        '\u{200E}' => "LEFT-TO-RIGHT MARK",
        '\u{200F}' => "RIGHT-TO-LEFT MARK",
        '\u{2028}' => "LINE SEPARATOR",
        '\u{2029}' => "PARAGRAPH SEPARATOR",
        '\u{202A}' => "LEFT-TO-RIGHT EMBEDDING",
        '\u{202B}' => "RIGHT-TO-LEFT EMBEDDING",
        '\u{202C}' => "POP DIRECTIONAL FORMATTING",
        '\u{202D}' => "LEFT-TO-RIGHT OVERRIDE",
        '\u{202E}' => "RIGHT-TO-LEFT OVERRIDE",
        '\u{202F}' => "NARROW NO-BREAK SPACE",
        '\u{2060}' => "WORD JOINER",
        '\u{2066}' => "LEFT-TO-RIGHT ISOLATE",
        '\u{2067}' => "RIGHT-TO-LEFT ISOLATE",
        '\u{2068}' => "FIRST STRONG ISOLATE",
        '\u{2069}' => "POP DIRECTIONAL ISOLATE",
        '\u{3000}' => "IDEOGRAPHIC SPACE",
        '\u{3164}' => "HANGUL FILLER",
        '\u{FEFF}' => "ZERO WIDTH NO-BREAK SPACE",
        _ => return None,
    })
}
