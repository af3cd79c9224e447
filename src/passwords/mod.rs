//! Passwords: what makes one good, how it is kept, and the lane in which the costly work runs.

mod accept;
mod breached;
mod calibrate;
mod compare;
mod decoys;
pub mod foreign;
mod guesses;
mod hash;
mod lane;
mod policy;
mod words;

pub use accept::{accept, judge, review};
pub use breached::Breached;
pub use calibrate::{Budget, Measured, Proposal, calibrate};
pub use compare::compare;
pub use decoys::Decoys;
pub(crate) use decoys::STATEMENTS;
pub use hash::Cost;
pub use lane::{Asker, Figures, Full, Lane, Share, Verdict};
pub use policy::{MAX_CHARS, MIN_CHARS, Policy};
