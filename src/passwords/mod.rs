//! Passwords: what makes one good, how it is kept, and the lane in which the costly work runs.

mod hash;
mod lane;
mod policy;

pub use hash::Cost;
pub use lane::{Full, Lane, Verdict};
pub use policy::{MAX_CHARS, MIN_CHARS, Policy, review};
