//! Password hashes: Argon2id (RFC 9106) for new ones; bcrypt verifies too, and so does what `foreign` knows.

use argon2_kernel::{Algorithm, Input, Work};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::foreign;
use crate::config::Config;
use crate::crypto::random;

pub(super) use argon2_kernel::Memory;

/// Length of a new hash in bytes (RFC 9106 section 4: 256 bits).
const OUTPUT: usize = 32;
/// Bounds for stored hashes: a crafted one must not be a weapon. What the settings allow for new ones verifies; how much
/// memory there is for it, the lane's budget says.
const MOST_MEMORY_KIB: u32 = 4096 * 1024;
const MOST_ITERATIONS: u32 = 100;
pub(super) const MOST_BCRYPT_COST: u32 = 14;

/// What a new hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB (`m`).
    pub memory_kib: u32,
    /// Passes over the memory (`t`).
    pub iterations: u32,
    /// Lanes inside one hash (`p`).
    pub parallelism: u32,
}

impl Cost {
    /// The cost that the settings ask for.
    pub fn of(config: &Config) -> Self {
        let settings = &config.passwords;
        Self {
            memory_kib: settings.argon2_memory.kib(),
            iterations: settings.argon2_iterations,
            parallelism: settings.argon2_parallelism,
        }
    }

    /// Blocks that are computed for one hash: whoever guesses pays for as many.
    pub fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.iterations)
    }

    /// Memory of one hash.
    pub fn bytes(self) -> usize {
        usize::try_from(self.memory_kib).map_or(usize::MAX, |kib| kib.saturating_mul(1024))
    }
}

/// Argon2 of `password` into `out`, at `cost`; `None` if Argon2 does not allow it or the system has no memory.
fn argon2(
    memory: &mut Memory,
    (algorithm, cost): (Algorithm, Cost),
    (password, salt): (&str, &[u8]),
    out: &mut [u8],
) -> Option<()> {
    let work = Work {
        algorithm,
        cost: argon2_kernel::Cost {
            memory_kib: cost.memory_kib,
            passes: cost.iterations,
            lanes: cost.parallelism,
        },
        input: Input {
            password: password.as_bytes(),
            salt,
            ..Input::default()
        },
    };
    argon2_kernel::hash(memory, &work, out).ok()
}

/// Hashes `password` with a fresh salt into a PHC string. `None` only for a cost that Argon2 does not allow.
pub(super) fn make(memory: &mut Memory, cost: Cost, password: &str) -> Option<String> {
    let salt: [u8; 16] = random();
    let mut out = Zeroizing::new([0; OUTPUT]);
    let kind = (Algorithm::Argon2id, cost);
    argon2(memory, kind, (password, &salt), out.as_mut())?;
    let Cost {
        memory_kib: m,
        iterations: t,
        parallelism: p,
    } = cost;
    let (salt, hash) = (
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(out.as_slice()),
    );
    Some(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}"))
}

/// A stored hash, taken apart.
enum Stored<'a> {
    Argon2 {
        algorithm: Algorithm,
        cost: Cost,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    Bcrypt(&'a str),
}

/// Whether `password` belongs to `stored`, at the cost that is written in it.
pub(super) fn verify(memory: &mut Memory, stored: &str, password: &str) -> bool {
    match parse(stored) {
        Some(Stored::Argon2 {
            algorithm,
            cost,
            salt,
            hash,
        }) => {
            let mut out = Zeroizing::new(vec![0; hash.len()]);
            argon2(memory, (algorithm, cost), (password, &salt), &mut out).is_some()
                && bool::from(out.ct_eq(&hash))
        }
        // The application that came before gave bcrypt the whole password; bcrypt itself reads 72 bytes of it.
        Some(Stored::Bcrypt(stored)) => bcrypt::verify(password, stored).unwrap_or(false),
        None => foreign::verify(memory, stored, password),
    }
}

/// Whether some password could belong to `stored`.
pub(super) fn is_known(stored: &str) -> bool {
    parse(stored).is_some() || foreign::is_known(stored)
}

/// Whether `stored` is Argon2 of the version that our own hashes have.
pub(super) fn is_own(stored: &str) -> bool {
    matches!(parse(stored), Some(Stored::Argon2 { .. }))
}

/// Whether comparing with `stored` costs `wanted`.
pub(super) fn has_cost(stored: &str, wanted: Cost) -> bool {
    !is_outdated(stored, wanted, None)
}

/// Whether `stored` should be replaced at the next login, because it is of another kind or cost than new ones.
///
/// With a `floor`, what new ones cost was measured, and is something else on another machine or after the next start. Then
/// only a hash is replaced that costs much less than new ones, or less than the floor: it becomes dearer each time, so that
/// two nodes cannot replace each other's for ever.
pub(super) fn is_outdated(stored: &str, wanted: Cost, floor: Option<Cost>) -> bool {
    let Some(Stored::Argon2 {
        algorithm: Algorithm::Argon2id,
        cost,
        ..
    }) = parse(stored)
    else {
        return true;
    };
    match floor {
        None => cost != wanted,
        Some(floor) => cost.work() < floor.work() || 3 * cost.work() < 2 * wanted.work(),
    }
}

/// Memory that it takes to verify `stored`, and to replace it by a hash of `standard` cost.
pub(super) fn bytes_of(stored: &str, standard: Cost) -> usize {
    match parse(stored) {
        Some(Stored::Argon2 { cost, .. }) => cost.bytes().max(standard.bytes()),
        Some(Stored::Bcrypt(_)) => standard.bytes(),
        // Other systems' functions bring memory of their own.
        None => standard.bytes().saturating_add(foreign::bytes_of(stored)),
    }
}

/// A hash that no password has, at the cost of a real one.
pub(super) fn decoy(cost: Cost) -> String {
    let Cost {
        memory_kib: m,
        iterations: t,
        parallelism: p,
    } = cost;
    format!(
        "$argon2id$v=19$m={m},t={t},p={p}$Z2F0ZXBvc3QgZGVjb3kgIQ${}",
        "A".repeat(43)
    )
}

fn parse(stored: &str) -> Option<Stored<'_>> {
    if let Some(rest) = ["$2a$", "$2b$", "$2y$"]
        .iter()
        .find_map(|prefix| stored.strip_prefix(prefix))
    {
        let cost: u32 = rest.split('$').next()?.parse().ok()?;
        return (cost <= MOST_BCRYPT_COST).then_some(Stored::Bcrypt(stored));
    }
    let mut parts = stored.strip_prefix('$')?.split('$');
    let algorithm = match parts.next()? {
        "argon2id" => Algorithm::Argon2id,
        "argon2i" => Algorithm::Argon2i,
        _ => return None,
    };
    if parts.next()? != "v=19" {
        return None;
    }
    let cost = parse_cost(parts.next()?)?;
    let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    let hash = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    let bounded = cost.memory_kib <= MOST_MEMORY_KIB
        && cost.iterations <= MOST_ITERATIONS
        && hash.len() <= 128;
    bounded.then_some(Stored::Argon2 {
        algorithm,
        cost,
        salt,
        hash,
    })
}

fn parse_cost(text: &str) -> Option<Cost> {
    let mut cost = Cost {
        memory_kib: 0,
        iterations: 0,
        parallelism: 0,
    };
    for pair in text.split(',') {
        let (name, value) = pair.split_once('=')?;
        let value = value.parse().ok()?;
        match name {
            "m" => cost.memory_kib = value,
            "t" => cost.iterations = value,
            "p" => cost.parallelism = value,
            _ => return None,
        }
    }
    Some(cost)
}
