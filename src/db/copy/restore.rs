//! A restore: what a backup holds, in a database of either engine, all of it or nothing.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::backup::Draft;
use super::backup_file::BackupFile;
use super::between::{self, Report};
use super::run::Step;
use super::side::Side;
use super::sqlite::File;
use super::trouble::unwritten;
use crate::config::DatabaseKind;
use crate::db::{Db, Fault, Result, migrations};

/// Fills a database from a backup, which was verified before. One of an older release is brought up to date on the way, in a
/// copy of its own in the folder `scratch`.
pub async fn restore(
    backup: &BackupFile,
    (to, force): (&DatabaseKind, bool),
    scratch: &Path,
    tell: &mut dyn FnMut(&Step<'_>),
) -> Result<Report> {
    let newest = migrations()?.len();
    if backup.schema == newest {
        let mut source = Side::Sqlite(File::read_only(&backup.path)?);
        return between::fill(&mut source, newest, (to, force), tell).await;
    }
    let copy = up_to_date(backup, scratch).await?;
    let mut source = Side::Sqlite(File::read(&copy.path)?);
    let mut report = between::fill(&mut source, newest, (to, force), tell).await?;
    report.has_changed = false;
    Ok(report)
}

async fn up_to_date(backup: &BackupFile, scratch: &Path) -> Result<Draft> {
    let cannot = |error: std::io::Error| {
        Fault::Other(format!(
            "the backup cannot be copied into {}: {error}",
            scratch.display()
        ))
    };
    let draft = Draft::beside(&scratch.join("restore.db")).map_err(cannot)?;
    let mut from = fs::File::open(&backup.path).map_err(cannot)?;
    let mut to = OpenOptions::new()
        .write(true)
        .mode(0o600)
        .open(&draft.path)
        .map_err(cannot)?;
    std::io::copy(&mut from, &mut to).map_err(cannot)?;
    let lacking = |fault| unwritten(&draft.path, fault);
    let db = Db::open_sqlite(&draft.path).map_err(lacking)?;
    let migrated = db.migrate().await;
    db.close().await;
    migrated.map_err(lacking)?;
    Ok(draft)
}
