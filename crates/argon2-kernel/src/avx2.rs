//! The block function in AVX2: two rows, and then two pairs of columns, of the permutation at a time.
//!
//! A block is a matrix of 8 × 16 words, and 4 words are one register. Rows fill registers as they are; of columns, a
//! register holds two pairs of words, so that turning the diagonals upright moves words within its halves only.

use core::arch::x86_64::{
    __m256i, _mm_cvtsi128_si64, _mm256_add_epi64, _mm256_alignr_epi8, _mm256_castsi256_si128,
    _mm256_mul_epu32, _mm256_permute4x64_epi64, _mm256_setr_epi8, _mm256_shuffle_epi8,
    _mm256_shuffle_epi32, _mm256_srli_epi64, _mm256_xor_si256,
};

use crate::block::{Block, Compress, Scratch, Step};

/// Registers of a block.
const REGISTERS: usize = 32;

const _: () = assert!(size_of::<[__m256i; REGISTERS]>() == Block::SIZE);
const _: () = assert!(align_of::<__m256i>() <= align_of::<Block>());

/// Chooses this block function. There is one only where the processor has AVX2.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// Asks the processor, which the standard library does once.
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Compress for Avx2 {
    fn compress(
        self,
        (scratch, memory): (&mut Scratch, &mut [Block]),
        step: Step,
        peek: impl FnOnce(u64),
    ) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { compress(scratch, memory, step, peek) }
    }
}

/// The block as registers.
fn registers(block: &Block) -> &[__m256i; REGISTERS] {
    // SAFETY: both are 1024 bytes without padding, every pattern of bits is a value of both, and a block is aligned to
    // more than a register; the lifetime stays.
    unsafe { &*core::ptr::from_ref(block).cast() }
}

fn registers_mut(block: &mut Block) -> &mut [__m256i; REGISTERS] {
    // SAFETY: as above, and the borrow stays exclusive.
    unsafe { &mut *core::ptr::from_mut(block).cast() }
}

#[target_feature(enable = "avx2")]
fn compress(scratch: &mut Scratch, memory: &mut [Block], step: Step, peek: impl FnOnce(u64)) {
    let state = registers_mut(&mut scratch.state);
    let feed = registers_mut(&mut scratch.feed);
    let reference = registers(&memory[step.reference]);
    if step.over {
        let old = registers(&memory[step.target]);
        for pair in 0..4 {
            rows(state, pair, |place, word| {
                let mixed = _mm256_xor_si256(word, reference[place]);
                feed[place] = _mm256_xor_si256(mixed, old[place]);
                mixed
            });
        }
    } else {
        for pair in 0..4 {
            rows(state, pair, |place, word| {
                let mixed = _mm256_xor_si256(word, reference[place]);
                feed[place] = mixed;
                mixed
            });
        }
    }
    let target = registers_mut(&mut memory[step.target]);
    columns(state, feed, target, 0);
    // The word that chooses the next block: its way from memory begins while the other columns are computed.
    peek(_mm_cvtsi128_si64(_mm256_castsi256_si128(state[0])).cast_unsigned());
    for pair in 1..4 {
        columns(state, feed, target, pair);
    }
}

/// Sixteen words each of two permutations: `a[0] b[0] c[0] d[0]` and `a[1] b[1] c[1] d[1]`.
struct Two {
    a: [__m256i; 2],
    b: [__m256i; 2],
    c: [__m256i; 2],
    d: [__m256i; 2],
}

/// Two rows, of which `load` makes what is permuted.
#[inline]
#[target_feature(enable = "avx2")]
fn rows(
    state: &mut [__m256i; REGISTERS],
    pair: usize,
    mut load: impl FnMut(usize, __m256i) -> __m256i,
) {
    let at = 8 * pair;
    let mut load = |place: usize| load(place, state[place]);
    let mut two = Two {
        a: [load(at), load(at + 4)],
        b: [load(at + 1), load(at + 5)],
        c: [load(at + 2), load(at + 6)],
        d: [load(at + 3), load(at + 7)],
    };
    mix(&mut two);
    for row in 0..2 {
        two.b[row] = _mm256_permute4x64_epi64::<0b00_11_10_01>(two.b[row]);
        two.c[row] = _mm256_permute4x64_epi64::<0b01_00_11_10>(two.c[row]);
        two.d[row] = _mm256_permute4x64_epi64::<0b10_01_00_11>(two.d[row]);
    }
    mix(&mut two);
    for row in 0..2 {
        state[at + 4 * row] = two.a[row];
        state[at + 4 * row + 1] = _mm256_permute4x64_epi64::<0b10_01_00_11>(two.b[row]);
        state[at + 4 * row + 2] = _mm256_permute4x64_epi64::<0b01_00_11_10>(two.c[row]);
        state[at + 4 * row + 3] = _mm256_permute4x64_epi64::<0b00_11_10_01>(two.d[row]);
    }
}

/// Two pairs of columns, mixed with `feed` into the result.
#[inline]
#[target_feature(enable = "avx2")]
fn columns(
    state: &mut [__m256i; REGISTERS],
    feed: &[__m256i; REGISTERS],
    target: &mut [__m256i; REGISTERS],
    pair: usize,
) {
    let mut two = Two {
        a: [state[pair], state[pair + 4]],
        b: [state[pair + 8], state[pair + 12]],
        c: [state[pair + 16], state[pair + 20]],
        d: [state[pair + 24], state[pair + 28]],
    };
    mix(&mut two);
    let Two { a, b, c, d } = two;
    two = Two {
        a,
        b: [
            _mm256_alignr_epi8::<8>(b[1], b[0]),
            _mm256_alignr_epi8::<8>(b[0], b[1]),
        ],
        c: [c[1], c[0]],
        d: [
            _mm256_alignr_epi8::<8>(d[0], d[1]),
            _mm256_alignr_epi8::<8>(d[1], d[0]),
        ],
    };
    mix(&mut two);
    let Two { a, b, c, d } = two;
    let upright = [
        a[0],
        a[1],
        _mm256_alignr_epi8::<8>(b[0], b[1]),
        _mm256_alignr_epi8::<8>(b[1], b[0]),
        c[1],
        c[0],
        _mm256_alignr_epi8::<8>(d[1], d[0]),
        _mm256_alignr_epi8::<8>(d[0], d[1]),
    ];
    for (row, register) in upright.into_iter().enumerate() {
        let place = pair + 4 * row;
        let mixed = _mm256_xor_si256(register, feed[place]);
        state[place] = mixed;
        target[place] = mixed;
    }
}

/// BLAKE2b's mixing with multiplications, on both at once: each waits for its own multiplications only.
#[inline]
#[target_feature(enable = "avx2")]
fn mix(two: &mut Two) {
    for n in 0..2 {
        two.a[n] = add(two.a[n], two.b[n]);
        two.d[n] = rotate_32(_mm256_xor_si256(two.d[n], two.a[n]));
    }
    for n in 0..2 {
        two.c[n] = add(two.c[n], two.d[n]);
        two.b[n] = rotate_24(_mm256_xor_si256(two.b[n], two.c[n]));
    }
    for n in 0..2 {
        two.a[n] = add(two.a[n], two.b[n]);
        two.d[n] = rotate_16(_mm256_xor_si256(two.d[n], two.a[n]));
    }
    for n in 0..2 {
        two.c[n] = add(two.c[n], two.d[n]);
        two.b[n] = rotate_63(_mm256_xor_si256(two.b[n], two.c[n]));
    }
}

/// `x + y + 2 · low(x) · low(y)`, word by word.
#[inline]
#[target_feature(enable = "avx2")]
fn add(x: __m256i, y: __m256i) -> __m256i {
    let product = _mm256_mul_epu32(x, y);
    let sum = _mm256_add_epi64(x, y);
    _mm256_add_epi64(sum, _mm256_add_epi64(product, product))
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_32(x: __m256i) -> __m256i {
    _mm256_shuffle_epi32::<0b10_11_00_01>(x)
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_24(x: __m256i) -> __m256i {
    let bytes = _mm256_setr_epi8(
        3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13,
        14, 15, 8, 9, 10,
    );
    _mm256_shuffle_epi8(x, bytes)
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_16(x: __m256i) -> __m256i {
    let bytes = _mm256_setr_epi8(
        2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12,
        13, 14, 15, 8, 9,
    );
    _mm256_shuffle_epi8(x, bytes)
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_63(x: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_add_epi64(x, x), _mm256_srli_epi64::<63>(x))
}
