//! The same as `RustCrypto`, whatever is asked. `PROPTEST_CASES=100000` makes a long run of it.

use argon2_kernel::{Algorithm, Cost, Input, Kernel, Memory, Work};
use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes of any length that a hash function might treat apart: around its blocks of 128.
fn text(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..=most),
        Just(Vec::new()),
        vec(any::<u8>(), most)
    ]
}

fn length() -> impl Strategy<Value = usize> {
    prop_oneof![
        4..=64usize,
        64..=300usize,
        Just(32),
        Just(64),
        Just(65),
        Just(96),
        Just(1024)
    ]
}

/// Lanes, then as much memory as they need or more, and not only in multiples.
fn cost() -> impl Strategy<Value = Cost> {
    let memory = prop_oneof![4 => 8..=200u32, 4 => 200..=3000u32, 1 => 3000..=20_000u32];
    (1..=4u32, memory, 1..=4u32).prop_map(|(lanes, memory, passes)| Cost {
        memory_kib: memory.max(8 * lanes),
        passes,
        lanes,
    })
}

proptest! {
    #[test]
    fn the_output_is_that_of_rustcrypto(
        cost in cost(),
        length in length(),
        (password, secret) in (text(300), text(80)),
        salt in vec(any::<u8>(), 8..=140),
        associated in vec(any::<u8>(), 0..=32),
    ) {
        let work = Work {
            algorithm: Algorithm::Argon2id,
            cost,
            input: Input { password: &password, salt: &salt, secret: &secret, associated: &associated },
        };
        let mut theirs = vec![0; length];
        Kernel::RustCrypto.hash(&mut Memory::new(), &work, &mut theirs).unwrap();
        for kernel in [Kernel::best(), Kernel::Twin] {
            let mut ours = vec![0; length];
            kernel.hash(&mut Memory::new(), &work, &mut ours).unwrap();
            prop_assert_eq!(&ours, &theirs, "{:?}", kernel);
        }
    }
}
