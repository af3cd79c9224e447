//! Before and after the memory: what is hashed into the first blocks, and the last ones into the output.

use core::fmt;

use blake2::digest::Digest;
use blake2::digest::block_api::{UpdateCore, VariableOutputCore};
use blake2::digest::block_buffer::LazyBuffer;
use blake2::{Blake2b512, Blake2bVarCore};
use zeroize::{Zeroize, Zeroizing};

use crate::block::{Block, Compress};
use crate::fill::{Shape, fill};
use crate::memory::Memory;

/// The number of Argon2id (RFC 9106 section 3.1).
pub(crate) const ARGON2ID: u32 = 2;
const VERSION: u32 = 0x13;
/// The bounds of RFC 9106 section 3.1, and those of the `RustCrypto` crate, which has to give the same.
const LEAST_SALT: usize = 8;
const LEAST_OUTPUT: usize = 4;
const MOST_LANES: u32 = 0x00ff_ffff;
const MOST_ASSOCIATED: usize = 32;

/// Which Argon2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Reads its memory in an order that does not depend on the password.
    Argon2i,
    /// Does so in the first half of the first pass only.
    Argon2id,
}

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB (`m`), at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory (`t`), at least 1.
    pub passes: u32,
    /// Lanes (`p`), at least 1. They are computed one after another.
    pub lanes: u32,
}

/// What is hashed.
#[derive(Clone, Copy, Default)]
pub struct Input<'a> {
    /// The password (`P`).
    pub password: &'a [u8],
    /// The salt (`S`), at least 8 bytes.
    pub salt: &'a [u8],
    /// The secret (`K`), or nothing.
    pub secret: &'a [u8],
    /// The associated data (`X`), at most 32 bytes, or nothing.
    pub associated: &'a [u8],
}

/// A hash to be computed.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// Which Argon2.
    pub algorithm: Algorithm,
    /// At which cost.
    pub cost: Cost,
    /// Of what.
    pub input: Input<'a>,
}

/// Why there is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Argon2 does not allow it: too little memory, no pass, a short salt, a short output.
    NotAllowed,
    /// The system gives no memory.
    NoMemory,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAllowed => "Argon2 does not allow these parameters",
            Self::NoMemory => "the system gives no memory for the hash",
        })
    }
}

impl std::error::Error for Refused {}

impl Work<'_> {
    /// Whether Argon2 allows it.
    pub(crate) fn check(&self, out: &[u8]) -> Result<(), Refused> {
        let (cost, input) = (self.cost, &self.input);
        let fits = |text: &[u8]| u32::try_from(text.len()).is_ok();
        let holds = (1..=MOST_LANES).contains(&cost.lanes)
            && cost.passes > 0
            && u64::from(cost.memory_kib) >= 8 * u64::from(cost.lanes)
            && out.len() >= LEAST_OUTPUT
            && input.salt.len() >= LEAST_SALT
            && input.associated.len() <= MOST_ASSOCIATED
            && fits(out)
            && [input.password, input.salt, input.secret]
                .into_iter()
                .all(fits);
        holds.then_some(()).ok_or(Refused::NotAllowed)
    }
}

/// Argon2id with the block function `kernel`.
pub(crate) fn argon2id(
    kernel: impl Compress,
    memory: &mut Memory,
    work: &Work<'_>,
    out: &mut [u8],
) -> Result<(), Refused> {
    let shape = Shape::of(work.cost);
    let (blocks, breathe) = memory.blocks(shape.blocks())?;
    seed(blocks, shape, &initial_hash(work, out.len()));
    fill(kernel, blocks, (shape, breathe));
    let mut last = Block::ZERO;
    for lane in blocks.chunks_exact(shape.lane_length) {
        for (word, other) in last.0.iter_mut().zip(lane[shape.lane_length - 1].0) {
            *word ^= other;
        }
    }
    let mut bytes = Zeroizing::new([0; Block::SIZE]);
    for (to, word) in bytes.chunks_exact_mut(8).zip(last.0) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    last.0.zeroize();
    long_hash(&[bytes.as_slice()], out);
    Ok(())
}

/// H0 (section 3.2 step 1).
fn initial_hash(work: &Work<'_>, length: usize) -> Zeroizing<[u8; 64]> {
    let (cost, input) = (work.cost, &work.input);
    let mut hash = Blake2b512::new();
    for number in [
        cost.lanes,
        length as u32,
        cost.memory_kib,
        cost.passes,
        VERSION,
        ARGON2ID,
    ] {
        hash.update(number.to_le_bytes());
    }
    for text in [input.password, input.salt, input.secret, input.associated] {
        hash.update((text.len() as u32).to_le_bytes());
        hash.update(text);
    }
    let mut digest = Zeroizing::new([0; 64]);
    Digest::finalize_into(hash, (&mut *digest).into());
    digest
}

/// The first two blocks of each lane (steps 3 and 4).
fn seed(blocks: &mut [Block], shape: Shape, initial: &[u8; 64]) {
    for (lane, blocks) in blocks.chunks_exact_mut(shape.lane_length).enumerate() {
        for (number, block) in blocks.iter_mut().take(2).enumerate() {
            let mut bytes = Zeroizing::new([0; Block::SIZE]);
            let (number, lane) = ((number as u32).to_le_bytes(), (lane as u32).to_le_bytes());
            long_hash(&[initial, &number, &lane], bytes.as_mut());
            for (word, bytes) in block.0.iter_mut().zip(bytes.as_chunks().0) {
                *word = u64::from_le_bytes(*bytes);
            }
        }
    }
}

/// H', which gives as many bytes as are wanted (section 3.3).
fn long_hash(parts: &[&[u8]], out: &mut [u8]) {
    let length = (out.len() as u32).to_le_bytes();
    let parts = || core::iter::once(&length[..]).chain(parts.iter().copied());
    if out.len() <= 64 {
        return short_hash(parts(), out);
    }
    let mut last = Zeroizing::new([0; 64]);
    short_hash(parts(), last.as_mut());
    let mut rest = out;
    loop {
        let (now, later) = rest.split_at_mut(32);
        now.copy_from_slice(&last[..32]);
        rest = later;
        let before = Zeroizing::new(*last);
        if rest.len() <= 64 {
            return short_hash([before.as_slice()].into_iter(), rest);
        }
        short_hash([before.as_slice()].into_iter(), last.as_mut());
    }
}

/// BLAKE2b of 1 to 64 bytes.
fn short_hash<'a>(parts: impl Iterator<Item = &'a [u8]>, out: &mut [u8]) {
    // It does not fail: the length is between 1 and 64 in all places.
    let Ok(mut hash) = Blake2bVarCore::new(out.len()) else {
        return;
    };
    let mut buffer = LazyBuffer::new(&[]);
    for part in parts {
        buffer.digest_blocks(part, |blocks| hash.update_blocks(blocks));
    }
    let mut full = blake2::digest::Output::<Blake2b512>::default();
    hash.finalize_variable_core(&mut buffer, &mut full);
    out.copy_from_slice(&full[..out.len()]);
    full.zeroize();
}
