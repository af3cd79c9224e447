//! The audit log: what has happened, who did it, to whom, from where, and how it ended.
//!
//! An entry is written in the transaction of its cause: it stands there if and only if the act does. A worker gives each
//! its place in a chain of digests soon after, so that entries that were changed or taken away later are found. Who
//! may read it is for features to say.

mod chain;
mod entry;
mod event;
mod export;
mod list;
mod list_store;
mod record;
pub(crate) mod store;
mod verify;

pub use chain::{chain, purge, run};
pub use entry::Entry;
pub use event::Event;
pub use export::{export, lines, read_line};
pub use list::{Filter, Part, Place, list, list_of};
pub use record::{Actor, Note, note};
pub use store::{Happened, erase_naming, erase_of, last_act, list_happened};
pub use verify::{Broken, Head, Verifier, verify, verify_in, verify_some};
