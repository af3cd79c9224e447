//! Whether two paths lead to the same file: what must not be written over may have several names.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::config::DatabaseKind;
use crate::db::{Fault, Result};

/// What the names of a SQLite database and of the files beside it end in.
const ENDS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Refuses a place where the database itself lies, or one of the files that SQLite has beside it or will make there.
pub(super) fn refuse_own(path: &Path, database: &DatabaseKind) -> Result<()> {
    let DatabaseKind::Sqlite(own) = database else {
        return Ok(());
    };
    // SQLite follows a link, and has its other files where that leads to.
    let real = own.canonicalize().unwrap_or_else(|_| own.clone());
    let files = [files(own), files(&real)];
    if files.iter().flatten().all(|file| !is_same_file(path, file)) {
        return Ok(());
    }
    Err(Fault::Other(format!(
        "{} is the database itself, or a file that belongs to it: choose another name",
        path.display()
    )))
}

/// A SQLite database and the files beside it.
pub(super) fn files(path: &Path) -> [PathBuf; 4] {
    ENDS.map(|end| {
        let mut name = path.to_owned().into_os_string();
        name.push(end);
        name.into()
    })
}

/// Whether both are the same file, by links or by other ways to it, or the same place where no file lies yet.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let is_one = number(one).is_some_and(|one| number(other) == Some(one));
    is_one || place(one).is_some_and(|one| place(other) == Some(one))
}

/// The device and the number of the file that a path leads to.
fn number(path: &Path) -> Option<(u64, u64)> {
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

/// The folder without detours, and the name in it.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = super::backup::folder(path).canonicalize().ok()?;
    Some(folder.join(path.file_name()?))
}
