//! Comparing texts: every character of Unicode folds once and for all.

use gatepost::unicode::{fold, is_invisible};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// All that have a case or a compatibility form lie below, save the ideographs of the second range.
fn characters() -> impl Iterator<Item = char> {
    ('\0'..'\u{20000}').chain('\u{2F800}'..'\u{2FA20}')
}

#[test]
fn folds_a_folded_character_to_itself() {
    for character in characters() {
        let folded = fold(&character.to_string());
        assert_eq!(fold(&folded), folded, "{}", character.escape_unicode());
    }
}

#[test]
fn folds_all_cases_of_a_character_to_one() {
    for character in characters() {
        let folded = fold(&character.to_string());
        let cases = [
            character.to_uppercase().to_string(),
            character.to_lowercase().to_string(),
            std::iter::once(character).nfd().collect(),
            std::iter::once(character).nfkc().collect(),
        ];
        for case in cases {
            assert_eq!(fold(&case), folded, "{}", character.escape_unicode());
        }
    }
}

#[test]
fn has_nothing_to_fold_in_the_other_characters() {
    for character in ('\u{20000}'..=char::MAX).filter(|c| !('\u{2F800}'..'\u{2FA20}').contains(c)) {
        let plain = std::iter::once(character).nfkc().eq([character])
            && character.to_uppercase().eq([character])
            && character.to_lowercase().eq([character]);
        assert!(plain, "{} needs a fold", character.escape_unicode());
    }
}

#[test]
fn knows_what_nobody_sees() {
    for character in [
        '\u{AD}',
        '\u{200B}',
        '\u{200D}',
        '\u{202E}',
        '\u{2800}',
        '\u{3164}',
        '\u{FE0F}',
        '\u{FEFF}',
        '\u{E0041}',
    ] {
        assert!(is_invisible(character), "{}", character.escape_unicode());
    }
    for character in ['a', ' ', '\n', 'é', '用', '\u{301}', '\u{1F44D}'] {
        assert!(!is_invisible(character), "{}", character.escape_unicode());
    }
}

proptest! {
    #[test]
    fn folds_a_folded_text_to_itself(text in any::<String>()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded);
    }
}
