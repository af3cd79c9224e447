//! Copies of a whole database: from either engine to either, row by row, all of it or nothing.
//!
//! Backup, restore and moving house are the same act between other ends. Reading sees one moment of the source, however
//! long it takes and whatever is written meanwhile; everything is written in one transaction, read again and compared
//! before its commit. Memory does not grow with the database: [`AT_ONCE`] rows are in it.

mod backup;
mod backup_file;
mod between;
mod postgres;
mod restore;
mod run;
mod same_file;
mod schema;
mod side;
mod sqlite;
mod tally;
mod trouble;

pub use backup::backup;
pub use backup_file::BackupFile;
pub use between::{Report, between};
pub use restore::restore;
pub use run::{Copied, Step};
pub use same_file::is_same_file;
pub use schema::{Column, Kind, Table, expected};

/// Rows that are in memory together.
const AT_ONCE: usize = 1000;
