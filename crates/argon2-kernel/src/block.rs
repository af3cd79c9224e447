//! A block: 1 KiB, of which Argon2's memory consists.

/// Words of a block.
pub(crate) const WORDS: usize = 128;

/// 128 words, aligned to cache lines.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug))]
#[repr(C, align(64))]
pub(crate) struct Block(pub [u64; WORDS]);

impl Block {
    pub const SIZE: usize = 8 * WORDS;
    pub const ZERO: Self = Self([0; WORDS]);
}

/// What one call of the block function is about, as indexes into the memory.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    /// The block that is mixed with the one before.
    pub reference: usize,
    /// The block that is made.
    pub target: usize,
    /// Whether what stands there is mixed in: in every pass but the first.
    pub over: bool,
}

/// What the block function works with besides the memory.
pub(crate) struct Scratch {
    /// The block before, and afterwards the one that was made.
    pub state: Block,
    /// What is mixed into the result at the end.
    pub feed: Block,
}

impl Scratch {
    pub fn from(state: &Block) -> Self {
        Self {
            state: *state,
            feed: Block::ZERO,
        }
    }
}

/// The block function G (RFC 9106 section 3.5).
pub(crate) trait Compress: Copy {
    /// Of the scratch and the memory in `work`: mixes `scratch.state` with the block at `step.reference` into the block at `step.target`, and leaves that in
    /// `scratch.state`. `peek` is told its first word as early as it is known: the word says which block comes next.
    fn compress(self, work: (&mut Scratch, &mut [Block]), step: Step, peek: impl FnOnce(u64));
}
