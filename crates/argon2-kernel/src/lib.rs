//! Argon2id (RFC 9106) as fast as this machine can: a block function in AVX2 where the processor has it, and the
//! `RustCrypto` crate everywhere else. Both give the same output.
//!
//! `fill.rs` is the algorithm around the block function; `avx2.rs` and `twin.rs` are that function, once in vector
//! instructions and once in plain Rust, by which the other is checked; `memory.rs` is where the blocks are.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod block;
#[cfg(test)]
mod checks;
mod fill;
mod hash;
mod kernel;
mod memory;
mod twin;

pub use hash::{Algorithm, Cost, Input, Refused, Work};
pub use kernel::Kernel;
pub use memory::Memory;

/// Computes `work` into `out` by the fastest kernel of this machine, in `memory`, which grows as it must.
pub fn hash(memory: &mut Memory, work: &Work<'_>, out: &mut [u8]) -> Result<(), Refused> {
    Kernel::best().hash(memory, work, out)
}
