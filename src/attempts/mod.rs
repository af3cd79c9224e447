//! Attempts: wrong passwords are counted before they are checked, so that two hundred at once count as two hundred.
//!
//! The count belongs to what was typed as the address, whether or not an account has it, so that the lock-out tells
//! nobody who has one. A browser that has logged in before has a count of its own: a stranger's guesses do not shut
//! the owner out.

mod device;
mod reserve;
mod store;
mod turns;

pub use device::Device;
pub use reserve::{Attempt, forgive, holds, purge, reserve, reserve_in, subject};
pub(crate) use store::STATEMENTS;
pub use turns::{Turn, Turns};
