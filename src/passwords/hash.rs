//! Password hashes: Argon2id (RFC 9106) for new ones; bcrypt verifies too, and so does what `foreign` knows.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::foreign;
use crate::config::Config;
use crate::crypto::random;

/// Length of a new hash in bytes (RFC 9106 section 4: 256 bits).
const OUTPUT: usize = 32;
/// Bounds for foreign hashes: a crafted one must not be a weapon.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_ITERATIONS: u32 = 20;
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

    fn params(self) -> Option<Params> {
        Params::new(
            self.memory_kib,
            self.iterations,
            self.parallelism,
            Some(OUTPUT),
        )
        .ok()
    }
}

/// Memory that a hashing thread keeps, so that no login waits for fresh pages.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    fn run(
        &mut self,
        argon2: &Argon2<'_>,
        (password, salt): (&str, &[u8]),
        out: &mut [u8],
    ) -> Option<()> {
        let blocks = argon2.params().block_count();
        if self.0.len() < blocks {
            self.0.resize(blocks, Block::default());
        }
        let memory = self.0.get_mut(..blocks)?;
        argon2
            .hash_password_into_with_memory(password.as_bytes(), salt, out, memory)
            .ok()
    }
}

/// Hashes `password` with a fresh salt into a PHC string. `None` only for a cost that Argon2 does not allow.
pub(super) fn make(memory: &mut Memory, cost: Cost, password: &str) -> Option<String> {
    let salt: [u8; 16] = random();
    let mut out = Zeroizing::new([0; OUTPUT]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?);
    memory.run(&argon2, (password, &salt), out.as_mut())?;
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
            let Ok(params) = Params::new(
                cost.memory_kib,
                cost.iterations,
                cost.parallelism,
                Some(hash.len()),
            ) else {
                return false;
            };
            let argon2 = Argon2::new(algorithm, Version::V0x13, params);
            let mut out = Zeroizing::new(vec![0; hash.len()]);
            memory.run(&argon2, (password, &salt), &mut out).is_some()
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
    !is_outdated(stored, wanted)
}

/// Whether `stored` should be replaced at the next login, because it is of another kind or cost than new ones.
pub(super) fn is_outdated(stored: &str, wanted: Cost) -> bool {
    match parse(stored) {
        Some(Stored::Argon2 {
            algorithm: Algorithm::Argon2id,
            cost,
            ..
        }) => cost != wanted,
        _ => true,
    }
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
