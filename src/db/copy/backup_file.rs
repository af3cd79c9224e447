//! A backup that is there: what it says of itself, and whether that is true.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::backup::FORMAT;
use super::run::{self, Copied, Step, Watch};
use super::schema;
use super::side::Side;
use super::sqlite::File;
use crate::db::{Fault, Result, Row, Rows, Run, Value, sqlite};

/// Statements that are kept prepared: as many as look at a backup.
const STATEMENTS: usize = 16;

/// An open backup; nothing writes to it.
pub struct BackupFile {
    pub(super) path: PathBuf,
    /// What was written down when it was made, by name.
    facts: BTreeMap<String, String>,
    /// What it should hold, by the name of the table.
    tables: BTreeMap<String, Copied>,
    /// How many migrations it has.
    pub(super) schema: usize,
    connection: Mutex<sqlite::Connection>,
}

impl BackupFile {
    /// Opens the file and reads what it says of itself.
    pub async fn open(path: &Path) -> Result<Self> {
        present(path)?;
        let file = File::read_only(path)?;
        let no_backup = |_| {
            let path = path.display();
            Fault::Other(format!(
                "{path} is no backup: `gatepost backup` did not write it, or not to its end"
            ))
        };
        let facts = facts(&file.connection).map_err(no_backup)?;
        let tables = tables(&file.connection).map_err(no_backup)?;
        let format = facts.get("format").map_or("", String::as_str);
        if format != FORMAT {
            return Err(Fault::Other(format!(
                "{} is a backup of the format {format:?}, and this release reads {FORMAT:?}: restore it with the release \
                 that made it, or a newer one",
                path.display()
            )));
        }
        let side = Side::Sqlite(file);
        let schema = side.migrations().await;
        let schema = schema
            .map_err(|fault| Fault::Other(format!("the backup {}: {fault}", path.display())))?;
        let Side::Sqlite(file) = side else {
            return Err(Fault::Other("a backup is a file".into()));
        };
        Ok(Self {
            path: path.to_owned(),
            facts,
            tables,
            schema,
            connection: Mutex::new(sqlite::Connection::new(file.connection, STATEMENTS)),
        })
    }

    /// What was written down under `name`.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str)
    }

    /// Reads the whole file and compares it with what it says of itself: the pages, every row, the tables.
    pub async fn verify(&self, tell: &mut dyn FnMut(&Step<'_>)) -> Result<Vec<Copied>> {
        self.verify_pages()?;
        let found = self.read(tell).await;
        let found = found.map_err(|fault| self.broken(&fault.to_string()))?;
        self.compare(&found)?;
        Ok(found)
    }

    /// Every row of every table.
    async fn read(&self, tell: &mut dyn FnMut(&Step<'_>)) -> Result<Vec<Copied>> {
        let tables = schema::expected(self.schema)?;
        let mut side = Side::Sqlite(File::read_only(&self.path)?);
        schema::compare(&tables, &side.tables().await?, "the backup")?;
        let mut watch = Watch::over((&side, &tables), 1, tell).await?;
        run::check(&mut side, &tables, &mut watch).await
    }

    /// Refuses what is not as it was written down.
    pub(super) fn compare(&self, found: &[Copied]) -> Result<()> {
        let other = found
            .iter()
            .find(|found| self.tables.get(&found.table) != Some(found));
        let Some(found) = other else { return Ok(()) };
        let expected = self.tables.get(&found.table).map_or(0, |table| table.rows);
        Err(self.broken(&format!(
            "the table {} has {} rows with the digest {}, and not the {expected} that were written",
            found.table, found.rows, found.digest
        )))
    }

    fn verify_pages(&self) -> Result<()> {
        let connection = self.connection.lock();
        let connection = connection.unwrap_or_else(PoisonError::into_inner);
        let answer: std::result::Result<String, _> =
            connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
        match answer {
            Ok(answer) if answer == "ok" => Ok(()),
            Ok(answer) => Err(self.broken(&answer)),
            Err(error) => Err(self.broken(&error.to_string())),
        }
    }

    fn broken(&self, what: &str) -> Fault {
        let path = self.path.display();
        Fault::Other(format!(
            "the backup {path} is damaged: {what}. Nothing was restored; take another backup"
        ))
    }
}

/// Refuses what is no file, or none that can be read.
fn present(path: &Path) -> Result<()> {
    let found = fs::metadata(path).and_then(|found| {
        // A pipe would wait for somebody who writes.
        let opened = found.is_file().then(|| fs::File::open(path).map(drop));
        opened.transpose()
    });
    let what = match found {
        Ok(Some(())) => return Ok(()),
        Ok(None) => format!("there is no file {}", path.display()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            format!("there is no file {}", path.display())
        }
        Err(error) => format!(
            "the backup {} cannot be read: {error}. Look whether this user may read it",
            path.display()
        ),
    };
    Err(Fault::Other(what))
}

fn facts(connection: &Connection) -> Result<BTreeMap<String, String>> {
    let mut statement = connection.prepare("SELECT name, value FROM backup_facts")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn tables(connection: &Connection) -> Result<BTreeMap<String, Copied>> {
    let mut statement = connection.prepare("SELECT name, rows, digest FROM backup_tables")?;
    let rows = statement.query_map([], |row| {
        let rows: i64 = row.get(1)?;
        Ok(Copied {
            table: row.get(0)?,
            rows: u64::try_from(rows).unwrap_or(0),
            digest: row.get(2)?,
        })
    })?;
    rows.map(|copied| copied.map(|copied| (copied.table.clone(), copied)))
        .collect::<rusqlite::Result<_>>()
        .map_err(Fault::from)
}

/// What reads the database reads a backup as well, such as the verification of the audit log.
impl Run for BackupFile {
    /// A file that is only read has nothing to commit.
    fn after_commit(&self, act: impl FnOnce() + Send + 'static) {
        act();
    }

    async fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        let connection = self.connection.lock();
        let connection = connection.unwrap_or_else(PoisonError::into_inner);
        connection.first(sql, params, most)
    }

    async fn execute(&self, _: &str, _: &[Value]) -> Result<u64> {
        Err(Fault::Other("a backup is never written to".into()))
    }

    async fn optional(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.first(sql, params, 1).await?.first.pop())
    }
}
