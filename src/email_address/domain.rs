//! The part after the @-sign: a host name under a real top-level domain, in Unicode and in ASCII (UTS #46).

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::characters;
use super::{Limit, Place, Reason, Shape};

/// Names at which nobody can have a mailbox that this server reaches (RFC 6761, 6762, 7686, 3172).
const SPECIAL_USE: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

/// A domain in both its forms.
pub(super) struct Domain {
    pub(super) unicode: String,
    pub(super) ascii: String,
}

/// Reads a domain in either form.
pub(super) fn parse(typed: &str) -> Result<Domain, Reason> {
    if typed.is_empty() {
        return Err(Shape::NothingAfter.into());
    }
    if typed.starts_with('[') && typed.ends_with(']') {
        return Err(Shape::Bracketed.into());
    }
    characters::refuse(typed, Place::After, |c| !is_allowed(c))?;
    characters::refuse_unsafe(typed)?;
    let uts46 = Uts46::new();
    let (unicode, valid) = uts46.to_unicode(typed.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    // After the mapping, which turns other full stops and hyphens into these.
    check_separators(&unicode)?;
    valid.map_err(|_| Shape::NotIdna)?;
    if unicode.split('.').any(is_reserved) {
        return Err(Shape::ReservedLabel.into());
    }
    // Again, because Punycode can hide any character.
    characters::refuse(&unicode, Place::After, |c| !is_in_labels(c))?;
    characters::refuse_unsafe(&unicode)?;
    let ascii = uts46
        .to_ascii(
            unicode.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::Allow,
            DnsLength::Ignore,
        )
        .map_err(|_| Shape::NotIdna)?
        .into_owned();
    check_lengths(&ascii)?;
    check_top_level(&ascii)?;
    Ok(Domain {
        unicode: unicode.into_owned(),
        ascii,
    })
}

fn is_allowed(character: char) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match character {
        // The full-width full stop separates labels; whatever else contains one ("⒈") would do so unseen.
        '.' | '\u{FF0E}' => true,
        _ => characters::decomposes_within(character, is_host),
    }
}

/// Letters, marks and digits (RFC 5892 section 2.1) with its exceptions (section 2.6).
///
/// UTS #46 lets symbols pass as well; a fraction slash in a domain looks like the end of it.
fn is_in_labels(character: char) -> bool {
    use GeneralCategory as Category;
    match character {
        '.' | '-' | '\u{B7}' | '\u{375}' | '\u{5F3}' | '\u{5F4}' | '\u{6FD}' | '\u{6FE}'
        | '\u{F0B}' | '\u{3007}' | '\u{30FB}' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        _ => matches!(
            character.general_category(),
            Category::LowercaseLetter
                | Category::ModifierLetter
                | Category::OtherLetter
                | Category::NonspacingMark
                | Category::SpacingMark
                | Category::DecimalNumber
        ),
    }
}

/// RFC 952, RFC 1123 section 2.1.
fn check_separators(text: &str) -> Result<(), Shape> {
    if text.ends_with('.') {
        Err(Shape::EndsWithPeriod)
    } else if text.starts_with('.') {
        Err(Shape::PeriodAfter)
    } else if text.contains("..") {
        Err(Shape::TwoPeriods)
    } else if text.ends_with('-') {
        Err(Shape::EndsWithHyphen)
    } else if text.starts_with('-') {
        Err(Shape::HyphenAfter)
    } else if text.contains(".-") || text.contains("-.") {
        Err(Shape::PeriodNextToHyphen)
    } else {
        Ok(())
    }
}

/// Two hyphens in the third place stand for encodings, of which Punycode is the only one (RFC 5890 section 2.3.1).
fn is_reserved(label: &str) -> bool {
    label.chars().skip(2).take(2).eq("--".chars()) && !label.starts_with("xn--")
}

fn check_lengths(ascii: &str) -> Result<(), Reason> {
    Limit::Domain.check(ascii.len())?;
    let longest = ascii.split('.').map(str::len).max().unwrap_or(0);
    Limit::Label.check(longest)
}

fn check_top_level(ascii: &str) -> Result<(), Shape> {
    let Some((_, top)) = ascii.rsplit_once('.') else {
        return Err(Shape::NoPeriod);
    };
    // Every top-level domain is alphabetic (RFC 3696 section 2) or in Punycode; an IPv4 address is not.
    if !top.starts_with("xn--") && !top.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Shape::NoTopLevelDomain);
    }
    if SPECIAL_USE.contains(&top) {
        return Err(Shape::SpecialUse);
    }
    Ok(())
}
