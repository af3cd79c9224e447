//! The limits of this machine, measured in the same run: what the figures stand beside.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};

/// The cost that Gatepost has by default: KiB, passes, lanes.
pub const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Argon2id hashes a second that all cores reach together, with memory used again and nothing else to do.
pub fn hashes_per_second(time: Duration) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let count = AtomicU64::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let (memory, passes, lanes) = COST;
                let params = Params::new(memory, passes, lanes, None).unwrap();
                let mut blocks = vec![Block::default(); params.block_count()];
                let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                let mut out = [0; 32];
                while began.elapsed() < time {
                    argon
                        .hash_password_into_with_memory(
                            b"Secure*1234",
                            b"a salt of 16 byt",
                            &mut out,
                            &mut blocks,
                        )
                        .unwrap();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    count.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// Durable commits a second of one writer after the other: SQLite in WAL mode with `synchronous=FULL`, one row each.
pub fn commits_per_second(folder: &Path, time: Duration) -> f64 {
    let path = folder.join("commits.db");
    let database = rusqlite::Connection::open(path).unwrap();
    database.pragma_update(None, "journal_mode", "WAL").unwrap();
    database.pragma_update(None, "synchronous", "FULL").unwrap();
    database
        .execute_batch("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        .unwrap();
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < time {
        database
            .execute(
                "INSERT INTO rows (text) VALUES (?1)",
                ["a token's digest, say"],
            )
            .unwrap();
        count += 1;
    }
    count as f64 / began.elapsed().as_secs_f64()
}
