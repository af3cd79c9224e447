//! A file that an export is written into: new, for its owner alone, and whole or a failure.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::failure::Failure;
use crate::error::Error;

/// Never over a file that is there: it may be an older export.
pub(super) fn create(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Why an export came to no good end.
pub(super) enum Stopped {
    NotWritten(ErrorKind, String),
    Failed(Error),
}

impl Stopped {
    /// What the operator is told about the file of that name.
    pub fn into_failure(self, name: &str) -> Failure {
        match self {
            Self::NotWritten(_, error) => {
                Failure::Failed(format!("{name} cannot be written: {error}"))
            }
            Self::Failed(error) => error.into(),
        }
    }
}
