//! The fast block function against its twin, on random blocks.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::block::{Block, Compress, Scratch, Step, WORDS};
use crate::twin::Twin;

/// A block of random words, or of such as carries and rotations are lost in.
fn block() -> impl Strategy<Value = Block> {
    let word = prop_oneof![
        4 => any::<u64>(),
        1 => Just(0),
        1 => Just(u64::MAX),
        1 => Just(0xffff_ffff),
        1 => Just(0xffff_ffff_0000_0000),
        1 => Just(1 << 63),
    ];
    vec(word, WORDS).prop_map(|words| {
        let mut block = Block::ZERO;
        block.0.copy_from_slice(&words);
        block
    })
}

/// What `kernel` makes: the state, the memory, and the word that was told early.
fn run(
    kernel: impl Compress,
    state: &Block,
    mut memory: Vec<Block>,
    step: Step,
) -> (Vec<[u64; 128]>, u64) {
    let mut scratch = Scratch::from(state);
    let mut told = 0;
    kernel.compress((&mut scratch, &mut memory), step, |word| told = word);
    memory.push(scratch.state);
    (memory.into_iter().map(|block| block.0).collect(), told)
}

#[cfg(target_arch = "x86_64")]
proptest! {
    #[test]
    fn avx2_makes_the_same_of_a_block_as_its_twin(
        state in block(), memory in vec(block(), 3), over in any::<bool>(), reference in 0..3usize,
    ) {
        let Some(avx2) = crate::avx2::Avx2::detect() else { return Ok(()) };
        let step = Step { reference, target: 1, over };
        let (fast, fast_word) = run(avx2, &state, memory.clone(), step);
        let (plain, word) = run(Twin, &state, memory, step);
        prop_assert_eq!(word, plain[1][0]);
        prop_assert_eq!(fast_word, word);
        prop_assert!(fast == plain);
    }
}
