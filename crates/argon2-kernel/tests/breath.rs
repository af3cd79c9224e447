//! A thread that hashes lets others in as it was told, and that changes nothing about the hash.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2_kernel::{Algorithm, Cost, Input, Kernel, Memory, Work};

fn hash(kernel: Kernel, memory: &mut Memory, memory_kib: u32) -> Option<[u8; 32]> {
    let work = Work {
        algorithm: Algorithm::Argon2id,
        cost: Cost {
            memory_kib,
            passes: 2,
            lanes: 1,
        },
        input: Input {
            password: b"correct horse",
            salt: b"battery staple",
            ..Input::default()
        },
    };
    let mut out = [0; 32];
    let done = kernel.hash(memory, &work, &mut out);
    done.ok().map(|()| out)
}

#[test]
fn others_are_let_in_again_and_again() {
    let kernels = [Kernel::Twin, Kernel::best()];
    // The other crate cannot.
    for kernel in kernels.into_iter().filter(|it| *it != Kernel::RustCrypto) {
        let breaths = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&breaths);
        let mut memory = Memory::breathing(move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let small = hash(kernel, &mut memory, 4096);
        let few = breaths.swap(0, Ordering::Relaxed);
        hash(kernel, &mut memory, 4 * 4096);
        let many = breaths.load(Ordering::Relaxed);
        assert!(few >= 2 * 4096 / 256 - 1, "{few} in {kernel:?}");
        assert!(many >= 4 * few - 8, "{many} after {few} in {kernel:?}");
        assert!(small.is_some());
        assert_eq!(small, hash(kernel, &mut Memory::new(), 4096));
    }
}
