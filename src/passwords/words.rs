//! Words that a password must not be made of: the person's own, the site's, the operator's.

use crate::unicode;

/// Fewest characters of a word that is looked for: shorter ones are in too many good passwords by chance.
const SHORTEST: usize = 3;
/// Fewest characters that such words must be of together before they bar a password.
const FEWEST: usize = 4;

/// The whole text, what stands before its `@`, and the words in it, all folded.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = unicode::fold(text);
    let mut words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_owned)
        .collect();
    words.extend(folded.split('@').next().map(str::to_owned));
    words.push(folded);
    // A number is nobody's name: a host can be an address, and a nickname can end in a year.
    words.retain(|word| word.chars().count() >= SHORTEST && word.chars().any(char::is_alphabetic));
    words
}

/// Whether the folded password is nothing but some of the words, with digits and signs around them.
///
/// Digits and signs that look like letters count as these letters: `v4nd3rb1lt` is a Vanderbilt.
pub(super) fn is_made_of(password: &str, words: &[String]) -> bool {
    let plain: Vec<char> = password.chars().collect();
    let spelled: Vec<char> = plain.iter().copied().map(letter).collect();
    let mut covered = vec![false; plain.len()];
    for word in words {
        let bare: Vec<char> = word.chars().collect();
        let spelt: Vec<char> = bare.iter().copied().map(letter).collect();
        cover(&mut covered, &spelled, &spelt);
    }
    let mut rest = plain.iter().zip(&covered).filter(|(_, covered)| !**covered);
    let found = covered.iter().filter(|covered| **covered).count();
    found >= FEWEST && !rest.any(|(c, _)| c.is_alphabetic())
}

/// Marks where `word` stands in `text`.
fn cover(covered: &mut [bool], text: &[char], word: &[char]) {
    for (place, window) in text.windows(word.len().max(1)).enumerate() {
        if window == word {
            let marks = covered.iter_mut().skip(place).take(word.len());
            marks.for_each(|mark| *mark = true);
        }
    }
}

/// The letter that a digit or a sign stands for in such spellings.
fn letter(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' | '|' | 'l' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    }
}
