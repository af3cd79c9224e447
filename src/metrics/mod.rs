//! Metrics: what has been counted, and what the database says of the work that waits, in Prometheus' text format.
//!
//! They are answered on a listener of their own (`metrics.listen`), because they are for the operator alone.
//! `docs/observability.md` has the list.

mod database;
mod listen;
mod process;
mod show;
mod store;
mod text;

pub use listen::{bind, run};
pub use process::Process;
pub use show::show;
pub(crate) use store::STATEMENTS;
pub use store::{Backlog, Waiting, backlog};
