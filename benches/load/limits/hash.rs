//! How many hashes all cores reach together at the cost that Gatepost hashes at: the limit of log-ins.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::{Result, fault};

/// Memory in KiB, passes and lanes of Gatepost's hash by default.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
const LENGTH: usize = 32;

fn argon2() -> Result<Argon2<'static>> {
    let (memory, iterations, lanes) = COST;
    match Params::new(memory, iterations, lanes, Some(LENGTH)) {
        Ok(params) => Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params)),
        Err(error) => fault(error.to_string()),
    }
}

fn run(argon2: &Argon2<'_>, password: &str, memory: &mut [Block]) -> Result<[u8; LENGTH]> {
    let mut out = [0; LENGTH];
    argon2
        .hash_password_into_with_memory(password.as_bytes(), b"sixteen bytes of", &mut out, memory)
        .map_err(|error| error.to_string())?;
    Ok(out)
}

/// The PHC string of a password.
pub fn hash_of(password: &str) -> Result<String> {
    let argon2 = argon2()?;
    let mut memory = vec![Block::default(); argon2.params().block_count()];
    let hash = STANDARD_NO_PAD.encode(run(&argon2, password, &mut memory)?);
    let salt = STANDARD_NO_PAD.encode(b"sixteen bytes of");
    let (m, t, p) = COST;
    Ok(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}"))
}

/// The cores of this machine.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Hashes a second of all cores together, each with memory that it keeps.
pub fn hashes(lasting: Duration) -> Result<f64> {
    let (count, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let begun = Instant::now();
    thread::scope(|scope| {
        let work = || -> Result<()> {
            let argon2 = argon2()?;
            let mut memory = vec![Block::default(); argon2.params().block_count()];
            while !is_over.load(Ordering::Relaxed) {
                run(&argon2, "Secure*1234", &mut memory)?;
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
