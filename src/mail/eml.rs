//! Mails as files, for programs on this machine that open them.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::ids::MailId;

/// Writes `<id>.eml` into `folder`, whole or not at all, readable by this user alone. The error is for the log.
pub(super) async fn write(folder: PathBuf, id: MailId, letter: Vec<u8>) -> Result<(), String> {
    let written = tokio::task::spawn_blocking(move || {
        let place = folder.join(format!("{id}.eml"));
        put(&folder, &place, &letter)
            .map_err(|error| format!("{} cannot be written: {error}", place.display()))
    });
    written.await.map_err(|error| error.to_string())?
}

fn put(folder: &Path, place: &Path, letter: &[u8]) -> std::io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let unfinished = place.with_extension("eml.part");
    // What a crash has left; creating anew then follows no link that stands there.
    let _ = fs::remove_file(&unfinished);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(letter)?;
    file.sync_all()?;
    fs::rename(&unfinished, place)?;
    // The mail is noted as sent after this: its name has to be on the disk as well.
    fs::File::open(folder)?.sync_all()
}
