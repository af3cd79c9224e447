//! The part before the @-sign: a dot-atom (RFC 5322 section 3.2.3) with international characters (RFC 6531).

use unicode_normalization::UnicodeNormalization;

use super::characters;
use super::{Limit, Place, Reason, Shape};

/// The local part as typed, but composed (NFC), as RFC 6532 section 3.1 asks.
pub(super) fn parse(typed: &str) -> Result<String, Reason> {
    if typed.is_empty() {
        return Err(Shape::NothingBefore.into());
    }
    let composed: String = typed.nfc().collect();
    Limit::LocalPart.check(composed.chars().count())?;
    characters::refuse(typed, Place::Before, |c| !is_allowed(c))?;
    check_periods(typed)?;
    characters::refuse_unsafe(typed)?;
    Ok(composed)
}

fn check_periods(text: &str) -> Result<(), Shape> {
    if text.ends_with('.') {
        Err(Shape::PeriodBefore)
    } else if text.starts_with('.') {
        Err(Shape::StartsWithPeriod)
    } else if text.contains("..") {
        Err(Shape::TwoPeriods)
    } else {
        Ok(())
    }
}

fn is_allowed(character: char) -> bool {
    if character.is_ascii() {
        is_atext(character) || character == '.'
    } else {
        characters::decomposes_within(character, is_atext)
    }
}

/// RFC 5322 section 3.2.3.
const fn is_atext(character: char) -> bool {
    matches!(character, 'a'..='z' | 'A'..='Z' | '0'..='9' | '!' | '#'..='\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'..='`' | '{'..='~')
}
