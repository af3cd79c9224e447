//! The disk on which this node keeps its data: a full one stops all that writes.

use std::path::{Path, PathBuf};

use rustix::fs::statvfs;
use serde::Serialize;

use crate::config::{Config, DatabaseKind};

/// A disk.
#[derive(Debug, Clone, Serialize)]
pub struct Disk {
    /// The folder on it.
    pub folder: PathBuf,
    /// Bytes that are free for this user.
    pub free_bytes: u64,
    /// Bytes that it has.
    pub bytes: u64,
}

/// The disk of the SQLite file, else that of the data folder; `None` where nothing is kept.
pub(super) fn look(config: &Config) -> Option<Disk> {
    let folder = match config.database() {
        DatabaseKind::Sqlite(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
        DatabaseKind::Postgres(_) => config.data.clone(),
    };
    let folder = if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder
    };
    let found = statvfs(&folder).ok()?;
    Some(Disk {
        folder,
        free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
        bytes: found.f_blocks.saturating_mul(found.f_frsize),
    })
}
