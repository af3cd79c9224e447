//! Transfer: accounts that come from other systems, and go there.
//!
//! `read` takes a file or a table apart, one row after the other; `systems` know what each system calls things; `judge` holds a row to
//! the rules of the API; `import` inserts what is left, many at once. `export` writes what an import can read.

mod batch;
mod export;
mod import;
mod invite;
mod judge;
mod password;
mod pipeline;
mod read;
mod record;
mod report;
mod systems;
mod update;

pub use export::{Format, export};
pub use import::{Import, import};
pub use invite::Invited;
pub use pipeline::Progress;
pub use read::{Origin, Source};
pub use report::{Issue, Report};
pub use systems::{Settings, System, Verified};
pub(crate) use update::STATEMENTS;
pub use update::Update;
