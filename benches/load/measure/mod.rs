//! How time is measured: what a histogram keeps, and when an open loop sends.

mod histogram;
mod schedule;

pub use histogram::Histogram;
pub use schedule::Schedule;
