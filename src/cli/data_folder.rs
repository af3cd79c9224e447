//! The data folder: there, and ours to write, before anything is kept in it.

use std::fs::{DirBuilder, File, metadata};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::DirBuilderExt;

use rustix::fs::{Access, Mode, access};
use rustix::process::umask;

use super::failure::{Failure, Outcome};
use crate::config::{Config, DatabaseKind};

/// Makes the folder when something will be kept in it. Files made from now on are for this user alone.
pub(super) fn prepare(config: &Config) -> Outcome {
    narrow();
    let keeps_database =
        matches!(config.database(), DatabaseKind::Sqlite(path) if path.starts_with(&config.data));
    // With PostgreSQL and a secret from the settings, a node has nothing to keep and may run read-only.
    if !keeps_database && !config.keys.secret.is_empty() {
        return Ok(());
    }
    make(config).map_err(|error| {
        let (folder, why) = (config.data.display(), in_words(&error));
        Failure::Failed(format!(
            "the data folder {folder} cannot be used: {why}; make it a folder that this user can write to, \
             or choose another with --data"
        ))
    })
}

/// Files made from now on are for this user alone.
pub(super) fn narrow() {
    umask(Mode::RWXG | Mode::RWXO);
}

fn make(config: &Config) -> Result<(), Error> {
    match metadata(&config.data) {
        Ok(found) if !found.is_dir() => return Err(ErrorKind::NotADirectory.into()),
        Ok(_) => {}
        // Accounts and keys will lie in it: nobody else may even look.
        Err(_) => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&config.data)?;
            // Its own name is in the folder above, and must be there after a power cut.
            File::open(config.data.join(".."))?.sync_all()?;
        }
    }
    Ok(access(&config.data, Access::WRITE_OK | Access::EXEC_OK)?)
}

fn in_words(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotADirectory => "it, or a part of its path, is a file".into(),
        ErrorKind::PermissionDenied => "this user may not write there".into(),
        ErrorKind::ReadOnlyFilesystem => "it lies on a read-only file system".into(),
        _ => error.to_string(),
    }
}
