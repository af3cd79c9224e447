//! Make up a nickname: three pleasant words and a number, such as `merry-amber-otter-4725`.

use rand::Rng;
use rand::seq::IndexedRandom;

use super::Nickname;
use super::words::{ADJECTIVES, NOUNS, SHADES};

/// Without 0, 1, 6 and 8: every number that people read an insult into has one of them.
const DIGITS: [char; 6] = ['2', '3', '4', '5', '7', '9'];
const NUMBER_LENGTH: usize = 4;

/// A nickname out of about nine thousand million; whoever stores it tries again when it is taken.
pub fn generate(random: &mut impl Rng) -> Nickname {
    let adjective = pick(random, &ADJECTIVES);
    let shade = pick(random, &SHADES);
    let noun = pick(random, &NOUNS);
    let mut text = format!("{adjective}-{shade}-{noun}-");
    text.extend((0..NUMBER_LENGTH).filter_map(|_| DIGITS.choose(random)));
    Nickname(text)
}

fn pick(random: &mut impl Rng, words: &[&'static str]) -> &'static str {
    words.choose(random).copied().unwrap_or_default()
}
