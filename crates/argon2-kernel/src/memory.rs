//! Where the blocks are: pages of their own, huge ones if the system gives them, that are given back as a whole.
//!
//! From the general allocator, memory of this size would stay with the process after it was freed.

use core::ffi::c_void;
use core::ptr::NonNull;

#[cfg(target_os = "linux")]
use rustix::mm::{Advice, madvise};
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};

use crate::block::Block;
use crate::hash::Refused;

const HUGE_PAGE: usize = 2 * 1024 * 1024;

/// Memory that is used again and again, so that no hash waits for fresh pages.
///
/// What a hash leaves in it is overwritten by the next one. What is given back is wiped: the system clears pages before
/// anybody else sees them.
#[derive(Default)]
pub struct Memory {
    region: Option<Region>,
    breathe: Option<Breathe>,
}

type Breathe = Box<dyn Fn() + Send>;

impl Memory {
    /// Memory of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same for a thread that lets others in by `breathe`, about every tenth of a millisecond while it hashes, instead of by
    /// `std::thread::yield_now`. [`crate::Kernel::RustCrypto`] cannot do that.
    pub fn breathing(breathe: impl Fn() + Send + 'static) -> Self {
        Self {
            region: None,
            breathe: Some(Box::new(breathe)),
        }
    }

    /// How many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.region.as_ref().map_or(0, |region| region.bytes)
    }

    /// Gives everything back to the system.
    pub fn release(&mut self) {
        self.region = None;
    }

    /// The first `count` blocks, of whatever content, and how to let others in meanwhile.
    pub(crate) fn blocks(&mut self, count: usize) -> Result<(&mut [Block], &dyn Fn()), Refused> {
        let wanted = count.checked_mul(Block::SIZE).ok_or(Refused::NoMemory)?;
        if self.bytes() < wanted {
            // First back, then anew: never both at once.
            self.release();
            self.region = Some(Region::map(wanted)?);
        }
        let region = self.region.as_mut().ok_or(Refused::NoMemory)?;
        let breathe: &dyn Fn() = match &self.breathe {
            Some(breathe) => breathe,
            None => &std::thread::yield_now,
        };
        Ok((&mut region.blocks_mut()[..count], breathe))
    }
}

/// A mapping of whole pages.
struct Region {
    start: NonNull<c_void>,
    bytes: usize,
}

// SAFETY: it owns its pages, and nothing about them belongs to a thread.
unsafe impl Send for Region {}
// SAFETY: through a shared reference only its size can be read.
unsafe impl Sync for Region {}

impl Region {
    fn map(wanted: usize) -> Result<Self, Refused> {
        // In whole huge pages, or the kernel does not align it to them.
        let page = if wanted > HUGE_PAGE { HUGE_PAGE } else { 4096 };
        let bytes = wanted.next_multiple_of(page);
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: the kernel chooses an address that nothing else has.
        let start =
            unsafe { mmap_anonymous(core::ptr::null_mut(), bytes, protection, MapFlags::PRIVATE) };
        let start = start.map_err(|_| Refused::NoMemory)?;
        let start = NonNull::new(start).ok_or(Refused::NoMemory)?;
        let region = Self { start, bytes };
        // A huge page is there as a whole as soon as one byte of it is used: what does not fill one has small ones.
        #[cfg(target_os = "linux")]
        for (advice, length) in [
            (Advice::LinuxHugepage, wanted / HUGE_PAGE * HUGE_PAGE),
            (Advice::LinuxDontDump, bytes),
        ] {
            // SAFETY: the pages are this region's, and neither advice changes what is in them. Without it all works.
            let _ = unsafe { madvise(region.start.as_ptr(), length, advice) };
        }
        Ok(region)
    }

    fn blocks_mut(&mut self) -> &mut [Block] {
        let start = self.start.as_ptr().cast::<Block>();
        // SAFETY: as many bytes are mapped for reading and writing, and belong to `self`, which is borrowed exclusively;
        // pages are aligned to more than a block, and every pattern of bits is a block.
        unsafe { core::slice::from_raw_parts_mut(start, self.bytes / Block::SIZE) }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: it was mapped with this size, and nobody has a reference into it any more.
        let _ = unsafe { munmap(self.start.as_ptr(), self.bytes) };
    }
}
