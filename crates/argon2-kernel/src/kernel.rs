//! Which block function: asked of the processor when the program runs.

use argon2::{Algorithm as Kind, Argon2, AssociatedData, ParamsBuilder, Version};

use crate::block::Block;
use crate::hash::{Algorithm, Refused, Work, argon2id};
use crate::memory::Memory;
use crate::twin::Twin;

/// Ways to compute the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// This crate, with AVX2. Argon2i and processors without it go to [`Kernel::RustCrypto`].
    Avx2,
    /// The crate `argon2` of `RustCrypto`.
    RustCrypto,
    /// This crate in plain Rust: for tests.
    Twin,
}

impl Kernel {
    /// The fastest one that this machine can run.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if crate::avx2::Avx2::detect().is_some() {
            return Self::Avx2;
        }
        Self::RustCrypto
    }

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avx2 => "AVX2",
            Self::RustCrypto => "RustCrypto",
            Self::Twin => "plain Rust",
        }
    }

    /// Computes `work` into `out`, in `memory`, which grows as it must.
    pub fn hash(self, memory: &mut Memory, work: &Work<'_>, out: &mut [u8]) -> Result<(), Refused> {
        work.check(out)?;
        match self {
            _ if work.algorithm != Algorithm::Argon2id => {}
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => {
                if let Some(avx2) = crate::avx2::Avx2::detect() {
                    return argon2id(avx2, memory, work, out);
                }
            }
            Self::Twin => return argon2id(Twin, memory, work, out),
            _ => {}
        }
        by_rustcrypto(memory, work, out)
    }
}

fn by_rustcrypto(memory: &mut Memory, work: &Work<'_>, out: &mut [u8]) -> Result<(), Refused> {
    let (cost, input) = (work.cost, &work.input);
    let kind = match work.algorithm {
        Algorithm::Argon2i => Kind::Argon2i,
        Algorithm::Argon2id => Kind::Argon2id,
    };
    let mut params = ParamsBuilder::new();
    params
        .m_cost(cost.memory_kib)
        .t_cost(cost.passes)
        .p_cost(cost.lanes)
        .data(AssociatedData::new(input.associated).map_err(|_| Refused::NotAllowed)?);
    let params = params.build().map_err(|_| Refused::NotAllowed)?;
    let count = params.block_count();
    let argon2 = Argon2::new_with_secret(input.secret, kind, Version::V0x13, params)
        .map_err(|_| Refused::NotAllowed)?;
    let (blocks, _) = memory.blocks(count)?;
    let blocks = theirs(blocks);
    argon2
        .hash_password_into_with_memory(input.password, input.salt, out, blocks)
        .map_err(|_| Refused::NotAllowed)
}

const _: () = assert!(size_of::<argon2::Block>() == Block::SIZE);
const _: () = assert!(align_of::<argon2::Block>() <= align_of::<Block>());

/// The same blocks as the other crate calls them.
fn theirs(blocks: &mut [Block]) -> &mut [argon2::Block] {
    // SAFETY: theirs has the same size and no stricter alignment (checked above, when this is compiled), and is nothing
    // but 128 words as well, of which every pattern of bits is a value; the borrow stays exclusive.
    unsafe { core::slice::from_raw_parts_mut(blocks.as_mut_ptr().cast(), blocks.len()) }
}
