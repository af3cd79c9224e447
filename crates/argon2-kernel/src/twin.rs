//! The block function in plain Rust, word for word as RFC 9106 has it: by this one the fast one is checked.

use crate::block::{Block, Compress, Scratch, Step, WORDS};

/// Chooses this block function.
#[derive(Clone, Copy)]
pub(crate) struct Twin;

impl Compress for Twin {
    fn compress(
        self,
        (scratch, memory): (&mut Scratch, &mut [Block]),
        step: Step,
        peek: impl FnOnce(u64),
    ) {
        let (state, feed) = (&mut scratch.state.0, &mut scratch.feed.0);
        for word in 0..WORDS {
            state[word] ^= memory[step.reference].0[word];
            feed[word] = state[word];
            if step.over {
                feed[word] ^= memory[step.target].0[word];
            }
        }
        for row in 0..8 {
            permute(state, |word| 16 * row + word);
        }
        for column in 0..8 {
            permute(state, |word| 2 * column + 16 * (word / 2) + word % 2);
        }
        for (word, fed) in state.iter_mut().zip(feed) {
            *word ^= *fed;
        }
        memory[step.target].0 = *state;
        peek(state[0]);
    }
}

/// The permutation P (section 3.6) over the sixteen words that `place` says.
fn permute(words: &mut [u64; WORDS], place: impl Fn(usize) -> usize) {
    let columns = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]];
    let diagonals = [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]];
    for quarter in columns.into_iter().chain(diagonals) {
        mix(words, quarter.map(&place));
    }
}

/// The mixing of four words: BLAKE2b's, with multiplications in it.
fn mix(words: &mut [u64; WORDS], [a, b, c, d]: [usize; 4]) {
    for (first, second) in [(32, 24), (16, 63)] {
        words[a] = add(words[a], words[b]);
        words[d] = (words[d] ^ words[a]).rotate_right(first);
        words[c] = add(words[c], words[d]);
        words[b] = (words[b] ^ words[c]).rotate_right(second);
    }
}

/// `x + y + 2 · low(x) · low(y)`.
fn add(x: u64, y: u64) -> u64 {
    let low = |word: u64| word & 0xffff_ffff;
    let product = low(x).wrapping_mul(low(y));
    x.wrapping_add(y).wrapping_add(product.wrapping_mul(2))
}
