//! A backup: everything that a database holds at one moment, in a file that either engine can be filled from.
//!
//! The file is a SQLite database with the tables of the schema, and two of its own that say what is in it. Its name
//! appears when it is complete and on the disk.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::between::{self, Report};
use super::run::Step;
use super::side::Side;
use super::trouble::unwritten;
use super::{same_file, schema};
use crate::config::DatabaseKind;
use crate::crypto;
use crate::db::{Fault, Result};

/// Marks the file in its head, so that programs such as `file` know it again: `GPbk`.
const APPLICATION_ID: i64 = 0x4750_626b;

/// The version of the two tables below.
pub(super) const FORMAT: &str = "1";

const MANIFEST: &str = "CREATE TABLE backup_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE backup_tables (name TEXT PRIMARY KEY, rows BIGINT NOT NULL, digest TEXT NOT NULL);";

/// Writes a backup of `from` into `path`; `facts` are kept in it beside what it knows by itself.
pub async fn backup(
    from: &DatabaseKind,
    (path, force): (&Path, bool),
    facts: &[(&str, String)],
    tell: &mut dyn FnMut(&Step<'_>),
) -> Result<Report> {
    // Even `--force` must not put the backup in the place of what it saves.
    same_file::refuse_own(path, from)?;
    if !force && path.symlink_metadata().is_ok() {
        return Err(taken(path));
    }
    let mut source = Side::source(from).await?;
    let level = source.migrations().await?;
    let tables = schema::expected(level)?;
    let left_out = schema::compare(&tables, &source.tables().await?, "the database")?;
    let draft = Draft::beside(path).map_err(|error| cannot(path, &error))?;
    let place = DatabaseKind::Sqlite(draft.path.clone());
    let lacking = |fault| unwritten(path, fault);
    let target = Side::target(&place, level).await.map_err(lacking)?;
    let mut target = target.called(path);
    // Migrations leave rows as well, such as those of counters that begin at zero.
    target.wipe(&tables).await?;
    let copy = (tables.as_slice(), level, left_out);
    let report = between::copy(&mut source, &mut target, copy, tell).await?;
    describe(&target, &report, facts).map_err(lacking)?;
    target.commit().await?;
    drop(target);
    publish(draft, path, force).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => taken(path),
        _ => cannot(path, &error),
    })?;
    Ok(report)
}

/// Writes down what is in the file, so that whoever restores it can see whether it still is.
fn describe(target: &Side, report: &Report, facts: &[(&str, String)]) -> Result<()> {
    let Side::Sqlite(file) = target else {
        return Ok(());
    };
    file.connection.execute_batch(MANIFEST)?;
    file.connection
        .pragma_update(None, "application_id", APPLICATION_ID)?;
    let own = [
        ("format", FORMAT.to_owned()),
        ("schema", report.schema.to_string()),
        ("audit_head", report.audit_head.clone()),
    ];
    for (name, value) in own.iter().chain(facts) {
        file.connection.execute(
            "INSERT INTO backup_facts (name, value) VALUES (?1, ?2)",
            (name, value),
        )?;
    }
    for table in &report.tables {
        let rows = i64::try_from(table.rows).unwrap_or(i64::MAX);
        file.connection.execute(
            "INSERT INTO backup_tables (name, rows, digest) VALUES (?1, ?2, ?3)",
            (&table.table, rows, &table.digest),
        )?;
    }
    Ok(())
}

/// Gives the finished file its name: whole, on the disk, and over nothing that nobody wanted replaced.
fn publish(draft: Draft, path: &Path, force: bool) -> std::io::Result<()> {
    File::open(&draft.path)?.sync_all()?;
    if force {
        fs::rename(&draft.path, path)?;
    } else if let Err(error) = fs::hard_link(&draft.path, path) {
        // Not every file system knows a second name for a file.
        if error.kind() == ErrorKind::AlreadyExists || path.symlink_metadata().is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        fs::rename(&draft.path, path)?;
    }
    drop(draft);
    // The name itself is on the disk when its folder is.
    File::open(folder(path))?.sync_all()
}

/// A file that is not finished, and gone when it never is.
pub(super) struct Draft {
    pub path: PathBuf,
}

impl Draft {
    /// A new file of a name that nobody knows, for this user alone.
    pub fn beside(path: &Path) -> std::io::Result<Self> {
        let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
        let mut draft = OsString::from(".");
        draft.push(name);
        let random = crypto::hex(&crypto::random::<6>());
        draft.push(format!(".{random}.part"));
        let draft = folder(path).join(draft);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)?;
        Ok(Self { path: draft })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for file in same_file::files(&self.path) {
            let _ = fs::remove_file(file);
        }
    }
}

/// The folder that a file lies in.
pub(super) fn folder(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    parent.unwrap_or(Path::new("."))
}

fn taken(path: &Path) -> Fault {
    Fault::Other(format!(
        "{} is there already: choose another name, or replace it with --force",
        path.display()
    ))
}

fn cannot(path: &Path, error: &Error) -> Fault {
    Fault::Other(format!("{} cannot be written: {error}", path.display()))
}
