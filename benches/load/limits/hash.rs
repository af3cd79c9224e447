//! How many hashes all cores reach together at the cost that Gatepost hashes at: the limit of log-ins.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use argon2_kernel::{Algorithm, Cost, Input, Kernel, Memory, Work};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::{Result, fault};

/// Gatepost's hash by default.
const COST: Cost = Cost {
    memory_kib: 19 * 1024,
    passes: 2,
    lanes: 1,
};
const SALT: &[u8] = b"sixteen bytes of";
const LENGTH: usize = 32;

fn run(kernel: Kernel, memory: &mut Memory, password: &str) -> Result<[u8; LENGTH]> {
    let mut out = [0; LENGTH];
    let work = Work {
        algorithm: Algorithm::Argon2id,
        cost: COST,
        input: Input {
            password: password.as_bytes(),
            salt: SALT,
            ..Input::default()
        },
    };
    kernel
        .hash(memory, &work, &mut out)
        .map_err(|error| error.to_string())?;
    Ok(out)
}

/// The PHC string of a password.
pub fn hash_of(password: &str) -> Result<String> {
    let mut memory = Memory::default();
    let hash = STANDARD_NO_PAD.encode(run(Kernel::best(), &mut memory, password)?);
    let salt = STANDARD_NO_PAD.encode(SALT);
    let Cost {
        memory_kib: m,
        passes: t,
        lanes: p,
    } = COST;
    Ok(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}"))
}

/// The cores of this machine.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Hashes a second of all cores together with this kernel, each with memory that it keeps.
pub fn hashes(kernel: Kernel, lasting: Duration) -> Result<f64> {
    let (count, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let begun = Instant::now();
    thread::scope(|scope| {
        let work = || -> Result<()> {
            let mut memory = Memory::default();
            while !is_over.load(Ordering::Relaxed) {
                run(kernel, &mut memory, "Secure*1234")?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(work)).collect();
        thread::sleep(lasting);
        let seen = (count.load(Ordering::Relaxed), begun.elapsed());
        is_over.store(true, Ordering::Relaxed);
        for thread in threads {
            match thread.join() {
                Ok(done) => done?,
                Err(_) => return fault("a hashing thread has panicked"),
            }
        }
        Ok(seen.0 as f64 / seen.1.as_secs_f64())
    })
}
