//! What anybody would try first: common and leaked passwords, repetitions, sequences, walks over the keyboard.

use std::sync::LazyLock;

use crate::crypto;

/// The 11,611 entries of eight characters and more among the 30,000 most common passwords in the list of zxcvbn 4.4
/// (Dropbox, MIT licence), folded and sorted.
static COMMON: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Many more, and variants of them, as a filter: `README.md` in this folder says from where and how.
const LEAKED: &[u8] = include_bytes!("leaked.bin");

/// What fingers do on keyboards (English, German, French): along rows, and down the columns in turn.
const WALKS: [&str; 12] = [
    "1234567890-=",
    "!@#$%^&*()_+",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiopü",
    "yxcvbnm,.-",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
];

/// The shortest piece of a sequence or walk that counts as one.
const SHORTEST_RUN: usize = 3;
/// A unit as short as that is no password however often it is repeated.
const SHORTEST_UNIT: usize = 3;

/// Whether the folded password is among the first that somebody who guesses would try.
pub(super) fn is_guess(folded: &str) -> bool {
    is_known(folded) || is_made_of_runs(folded) || is_repetition(folded)
}

fn is_known(folded: &str) -> bool {
    COMMON.binary_search(&folded).is_ok() || is_leaked(folded).unwrap_or(false)
}

/// Asks the xor filter (Graf and Lemire, 2020). Whatever was put into it is found; of other texts, one in 65,536.
fn is_leaked(folded: &str) -> Option<bool> {
    let (seed, table) = LEAKED.split_at_checked(8)?;
    let (table, _) = table.as_chunks::<2>();
    let block = table.len() / 3;
    let hash = crypto::digest(&[seed, folded.as_bytes()].concat());
    let (words, _) = hash.as_chunks::<4>();
    let mut found = 0;
    for (number, word) in words.iter().take(3).enumerate() {
        let place = (u64::from(u32::from_le_bytes(*word)) * block as u64) >> 32;
        let entry = table.get(number * block + usize::try_from(place).ok()?)?;
        found ^= u16::from_le_bytes(*entry);
    }
    let mark = hash.get(12..14)?.try_into().ok()?;
    Some(found == u16::from_le_bytes(mark))
}

/// Whether a short unit, or one that is a guess by itself, is repeated from the beginning to the end.
fn is_repetition(folded: &str) -> bool {
    let characters: Vec<char> = folded.chars().collect();
    (1..=characters.len() / 2)
        .filter(|size| characters.len().is_multiple_of(*size))
        .filter(|size| is_periodic(&characters, *size))
        .any(|size| {
            let unit: String = characters.iter().take(size).collect();
            size <= SHORTEST_UNIT || is_known(&unit) || is_made_of_runs(&unit)
        })
}

fn is_periodic(characters: &[char], size: usize) -> bool {
    let later = characters.iter().skip(size);
    later
        .zip(characters)
        .all(|(later, earlier)| later == earlier)
}

/// Whether nothing is in it but repeated characters, sequences and walks over the keyboard, each of three or more.
fn is_made_of_runs(folded: &str) -> bool {
    let characters: Vec<char> = folded.chars().collect();
    let mut rest = characters.as_slice();
    while !rest.is_empty() {
        let length = longest_run(rest);
        if length < SHORTEST_RUN {
            return false;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    !characters.is_empty()
}

/// The length of the run at the beginning.
fn longest_run(characters: &[char]) -> usize {
    let sequence = (-1..=1).map(|step| prefix(characters, |a, b| code(b) - code(a) == step));
    let walks = WALKS.iter().flat_map(|walk| {
        [1, -1].map(|step| prefix(characters, |a, b| is_step(walk, (a, b), step)))
    });
    sequence.chain(walks).max().unwrap_or(0)
}

/// How many characters at the beginning each follow the one before as `follows` says.
fn prefix(characters: &[char], follows: impl Fn(char, char) -> bool) -> usize {
    let steps = characters.windows(2).map_while(|pair| match pair {
        [a, b] if follows(*a, *b) => Some(()),
        _ => None,
    });
    steps.count() + 1
}

fn code(character: char) -> i64 {
    i64::from(u32::from(character))
}

fn is_step(walk: &str, (from, to): (char, char), step: isize) -> bool {
    let place = |wanted| walk.chars().position(|c| c == wanted);
    let (Some(from), Some(to)) = (place(from), place(to)) else {
        return false;
    };
    from.checked_add_signed(step) == Some(to)
}
