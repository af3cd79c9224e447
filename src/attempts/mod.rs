//! Attempts: wrong passwords are counted before they are checked, so that two hundred at once count as two hundred.
//!
//! The count belongs to what was typed as the address, whether or not an account has it, so that the lock-out tells
//! nobody who has one. A browser that has logged in before has a count of its own: a stranger's guesses do not shut
//! the owner out. `throttle.rs` counts over many accounts.

mod attempt;
mod device;
mod reserve;
mod store;
mod throttle;
mod turns;

pub use attempt::{Attempt, LOCKED_OUT};
pub use device::Device;
pub use reserve::{forgive, holds, known_device, purge, reserve, reserve_in, subject};
pub(crate) use store::STATEMENTS;
pub use throttle::{admit, count, is_worth_noting, take_note};
pub use turns::{Turn, Turns};
