//! Filling the memory: which block is made of which (RFC 9106 sections 3.2 to 3.4).

use crate::block::{Block, Compress, Scratch, Step, WORDS};
use crate::hash::{ARGON2ID, Cost};

/// Slices of a lane; a segment is one slice of one lane.
const SLICES: usize = 4;

/// Blocks between two moments at which other threads that wait for this core are let in: about a tenth of a millisecond.
///
/// A kernel lets a thread that computes finish its slice, which is some milliseconds, before one that has just woken up gets the
/// core, even if that one has the better priority.
const BREATH: usize = 256;

/// The sizes of one hash.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub lanes: usize,
    pub lane_length: usize,
    segment_length: usize,
    passes: usize,
}

impl Shape {
    pub fn of(cost: Cost) -> Self {
        let lanes = cost.lanes as usize;
        let segment_length = cost.memory_kib as usize / (SLICES * lanes);
        Self {
            lanes,
            lane_length: SLICES * segment_length,
            segment_length,
            passes: cost.passes as usize,
        }
    }

    pub fn blocks(self) -> usize {
        self.lanes * self.lane_length
    }
}

/// Fills `memory`, whose lanes each begin with their first two blocks, and lets others in by `breathe`.
pub(crate) fn fill<C: Compress>(
    kernel: C,
    memory: &mut [Block],
    (shape, breathe): (Shape, &dyn Fn()),
) {
    // One check here instead of one for each block.
    let memory = &mut memory[..shape.blocks()];
    for pass in 0..shape.passes {
        for slice in 0..SLICES {
            for lane in 0..shape.lanes {
                let segment = Segment {
                    shape,
                    breathe,
                    pass,
                    slice,
                    lane,
                };
                segment.fill(kernel, memory);
            }
        }
    }
}

struct Segment<'a> {
    shape: Shape,
    breathe: &'a dyn Fn(),
    pass: usize,
    slice: usize,
    lane: usize,
}

impl Segment<'_> {
    fn fill<C: Compress>(&self, kernel: C, memory: &mut [Block]) {
        // The first two blocks of a lane are made of the password.
        let first = if self.pass == 0 && self.slice == 0 {
            2
        } else {
            0
        };
        // Argon2id: the first half of the first pass does not look at data.
        if self.pass == 0 && self.slice < SLICES / 2 {
            self.fill_by_counter(kernel, memory, first);
        } else {
            self.fill_by_data(kernel, memory);
        }
    }

    /// Lets others in every now and then.
    #[inline]
    fn breathe(&self, column: usize) {
        if column.is_multiple_of(BREATH) {
            (self.breathe)();
        }
    }

    /// Where the segment begins.
    fn start(&self) -> usize {
        self.lane * self.shape.lane_length + self.slice * self.shape.segment_length
    }

    /// The block before the one at `column` of this segment.
    fn before(&self, column: usize) -> usize {
        match (self.start(), column, self.slice) {
            // A lane goes on where it ended in the pass before.
            (start, 0, 0) => start + self.shape.lane_length - 1,
            (start, ..) => start + column - 1,
        }
    }

    fn fill_by_counter<C: Compress>(&self, kernel: C, memory: &mut [Block], first: usize) {
        let mut addresses = Addresses::of(self);
        let mut scratch = Scratch::from(&memory[self.before(first)]);
        let mut reference = self.locate(first, addresses.get(kernel, first));
        for column in first..self.shape.segment_length {
            self.breathe(column);
            let step = Step {
                reference,
                target: self.start() + column,
                over: false,
            };
            // One ahead, so that the next block is on its way while this one is computed.
            reference = self.locate(column + 1, addresses.get(kernel, column + 1));
            prefetch(memory, reference);
            kernel.compress((&mut scratch, memory), step, |_| ());
        }
    }

    fn fill_by_data<C: Compress>(&self, kernel: C, memory: &mut [Block]) {
        let mut scratch = Scratch::from(&memory[self.before(0)]);
        let mut reference = self.locate(0, scratch.state.0[0]);
        let blocks = memory.as_ptr_range();
        for column in 0..self.shape.segment_length {
            self.breathe(column);
            let step = Step {
                reference,
                target: self.start() + column,
                over: self.pass > 0,
            };
            kernel.compress((&mut scratch, memory), step, |word| {
                reference = self.locate(column + 1, word);
                prefetch_at(blocks.start.wrapping_add(reference));
            });
        }
    }

    /// The block that `random` chooses for `column` (section 3.4.2).
    fn locate(&self, column: usize, random: u64) -> usize {
        let Shape {
            lanes,
            lane_length,
            segment_length,
            ..
        } = self.shape;
        let lane = if lanes == 1 || self.pass == 0 && self.slice == 0 {
            self.lane
        } else {
            (random >> 32) as usize % lanes
        };
        let (settled, oldest) = if self.pass == 0 {
            (self.slice * segment_length, 0)
        } else {
            let oldest = (self.slice + 1) % SLICES * segment_length;
            (lane_length - segment_length, oldest)
        };
        // Of the own lane all but the block before; of another what is finished, less one at a segment's beginning.
        let area = if lane == self.lane {
            (settled + column).saturating_sub(1)
        } else {
            settled - usize::from(column == 0)
        } as u64;
        let low = random & 0xffff_ffff;
        let far = (area * ((low * low) >> 32)) >> 32;
        let mut place = oldest + (area.saturating_sub(1) - far) as usize;
        if place >= lane_length {
            place -= lane_length;
        }
        lane * lane_length + place
    }
}

/// The places that do not depend on data: 128 of them are in one block, made of a counter (section 3.4.1.2).
struct Addresses {
    /// The input, and the block of places.
    blocks: [Block; 2],
    counter: u64,
}

impl Addresses {
    fn of(segment: &Segment<'_>) -> Self {
        let mut input = Block::ZERO;
        let about = [
            segment.pass,
            segment.lane,
            segment.slice,
            segment.shape.blocks(),
            segment.shape.passes,
            ARGON2ID as usize,
        ];
        for (word, value) in input.0.iter_mut().zip(about) {
            *word = value as u64;
        }
        Self {
            blocks: [input, Block::ZERO],
            counter: 0,
        }
    }

    fn get<C: Compress>(&mut self, kernel: C, column: usize) -> u64 {
        let wanted = (column / WORDS) as u64 + 1;
        if self.counter < wanted {
            self.counter = wanted;
            self.blocks[0].0[6] = wanted;
            for reference in 0..2 {
                let step = Step {
                    reference,
                    target: 1,
                    over: false,
                };
                let mut zero = Scratch::from(&Block::ZERO);
                kernel.compress((&mut zero, &mut self.blocks), step, |_| ());
            }
        }
        self.blocks[1].0[column % WORDS]
    }
}

fn prefetch(memory: &[Block], index: usize) {
    prefetch_at(memory.as_ptr().wrapping_add(index));
}

/// Lets the block come nearer. Nothing is read: an address that is none is no harm.
#[cfg_attr(
    not(all(target_arch = "x86_64", not(miri))),
    expect(
        unused_variables,
        reason = "nothing to do where nothing can be asked for"
    )
)]
#[inline]
fn prefetch_at(block: *const Block) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    for line in 0..Block::SIZE / 64 {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let line = block.cast::<i8>().wrapping_add(64 * line);
        // SAFETY: a hint, which neither reads nor faults, whatever the address is.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line) };
    }
}
