//! Unicode: when two texts count as the same, and which characters nobody can see.

use unicode_normalization::UnicodeNormalization;

/// The form in which texts are compared: compatibility-normalised (NFKC) and without case.
///
/// Upper-casing before lower-casing makes every spelling of a letter that shares a capital meet: ß and SS,
/// final and medial sigma, and also the dotless ı and i. The last goes further than the case folding of
/// Unicode, on purpose: whoever compares in capitals takes `admın` for `admin`, so they must be one here.
pub fn fold(text: &str) -> String {
    // Most texts, and nothing of what follows changes anything else of them.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded: String = text.nfkc().collect();
    // Folding can make a sequence that normalises again; two rounds settle every known case.
    for _ in 0..4 {
        let next: String = folded
            .chars()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .nfkc()
            .collect();
        if next == folded {
            break;
        }
        folded = next;
    }
    folded
}

/// Whether the character shows nothing: the property `Default_Ignorable_Code_Point`, and the empty Braille cell.
///
/// Letters and marks are among them (the Hangul fillers, variation selectors), so that no category tells.
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}
