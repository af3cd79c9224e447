//! What the machine itself can do: hashes, durable commits, reads through a bare server.

mod disk;
mod hash;

pub use disk::sqlite_commits;
pub use hash::{cores, hash_of, hashes};
