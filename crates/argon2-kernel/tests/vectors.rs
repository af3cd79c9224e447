//! Test vectors: the RFC's own, and those of the reference implementation.

use argon2_kernel::{Algorithm, Cost, Input, Kernel, Memory, Refused, Work};

const KERNELS: [Kernel; 3] = [Kernel::Avx2, Kernel::RustCrypto, Kernel::Twin];

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The hash of `length` bytes by `kernel`.
fn hash(kernel: Kernel, work: &Work<'_>, length: usize) -> Result<String, Refused> {
    let mut out = vec![0; length];
    kernel.hash(&mut Memory::new(), work, &mut out)?;
    Ok(hex(&out))
}

#[test]
fn of_rfc_9106_section_5_3() {
    let work = Work {
        algorithm: Algorithm::Argon2id,
        cost: Cost {
            memory_kib: 32,
            passes: 3,
            lanes: 4,
        },
        input: Input {
            password: &[1; 32],
            salt: &[2; 16],
            secret: &[3; 8],
            associated: &[4; 12],
        },
    };
    for kernel in KERNELS {
        assert_eq!(
            hash(kernel, &work, 32).unwrap(),
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
            "{kernel:?}"
        );
    }
}

#[test]
fn of_rfc_9106_section_5_2_for_argon2i() {
    let work = Work {
        algorithm: Algorithm::Argon2i,
        cost: Cost {
            memory_kib: 32,
            passes: 3,
            lanes: 4,
        },
        input: Input {
            password: &[1; 32],
            salt: &[2; 16],
            secret: &[3; 8],
            associated: &[4; 12],
        },
    };
    for kernel in KERNELS {
        assert_eq!(
            hash(kernel, &work, 32).unwrap(),
            "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
            "{kernel:?}"
        );
    }
}

/// `test.c` of the reference implementation, version 0x13, Argon2id: passes, memory as a power of two, lanes, password,
/// salt, hash.
const REFERENCE: [(u32, u32, u32, &str, &str, &str); 8] = [
    (
        2,
        16,
        1,
        "password",
        "somesalt",
        "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
    ),
    (
        2,
        8,
        1,
        "password",
        "somesalt",
        "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
    ),
    (
        2,
        8,
        2,
        "password",
        "somesalt",
        "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
    ),
    (
        1,
        16,
        1,
        "password",
        "somesalt",
        "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98",
    ),
    (
        4,
        16,
        1,
        "password",
        "somesalt",
        "9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c",
    ),
    (
        2,
        16,
        1,
        "differentpassword",
        "somesalt",
        "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
    ),
    (
        2,
        16,
        1,
        "password",
        "diffsalt",
        "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c",
    ),
    (
        2,
        18,
        1,
        "password",
        "somesalt",
        "78fe1ec91fb3aa5657d72e710854e4c3d9b9198c742f9616c2f085bed95b2e8c",
    ),
];

#[test]
fn of_the_reference_implementation() {
    for (passes, power, lanes, password, salt, expected) in REFERENCE {
        let work = Work {
            algorithm: Algorithm::Argon2id,
            cost: Cost {
                memory_kib: 1 << power,
                passes,
                lanes,
            },
            input: Input {
                password: password.as_bytes(),
                salt: salt.as_bytes(),
                ..Input::default()
            },
        };
        assert_eq!(hash(Kernel::best(), &work, 32).unwrap(), expected);
    }
}

#[test]
fn refuses_what_argon2_does_not_allow() {
    let good = Work {
        algorithm: Algorithm::Argon2id,
        cost: Cost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        },
        input: Input {
            password: b"",
            salt: b"somesalt",
            ..Input::default()
        },
    };
    for kernel in KERNELS {
        assert!(hash(kernel, &good, 4).is_ok());
        assert_eq!(hash(kernel, &good, 3), Err(Refused::NotAllowed));
        assert_eq!(hash(kernel, &good, 0), Err(Refused::NotAllowed));
        for (memory_kib, passes, lanes) in [(7, 1, 1), (8, 0, 1), (8, 1, 0), (0, 0, 0), (15, 1, 2)]
        {
            let mut work = good;
            work.cost = Cost {
                memory_kib,
                passes,
                lanes,
            };
            assert_eq!(hash(kernel, &work, 32), Err(Refused::NotAllowed));
        }
        let mut work = good;
        work.input.salt = b"short";
        assert_eq!(hash(kernel, &work, 32), Err(Refused::NotAllowed));
        work = good;
        work.input.associated = &[0; 33];
        assert_eq!(hash(kernel, &work, 32), Err(Refused::NotAllowed));
    }
}

#[test]
fn memory_is_kept_and_given_back() {
    let mut memory = Memory::new();
    let mut work = Work {
        algorithm: Algorithm::Argon2id,
        cost: Cost {
            memory_kib: 256,
            passes: 2,
            lanes: 1,
        },
        input: Input {
            password: b"password",
            salt: b"somesalt",
            ..Input::default()
        },
    };
    let mut outs = Vec::new();
    for memory_kib in [256, 8192, 256, 64, 8192] {
        work.cost.memory_kib = memory_kib;
        let mut out = [0; 32];
        Kernel::best().hash(&mut memory, &work, &mut out).unwrap();
        assert!(memory.bytes() >= memory_kib as usize * 1024);
        outs.push(out);
    }
    // What an earlier hash has left in it changes nothing.
    assert_eq!((outs[0], outs[1]), (outs[2], outs[4]));
    memory.release();
    assert_eq!(memory.bytes(), 0);
}
