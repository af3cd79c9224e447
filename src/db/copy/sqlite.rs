//! A SQLite file as one end of a copy: read as it was at one moment, or written whole or not at all.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::schema::{self, Found, Table, quoted};
use super::{AT_ONCE, trouble};
use crate::db::{Fault, Result, Value};

/// How long to wait for others that hold the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open file with its transaction.
pub(super) struct File {
    pub(super) connection: Connection,
    /// What people call it: a draft is called what it will be.
    pub(super) name: PathBuf,
    /// Where reading stands: the last row that was read.
    last: i64,
}

impl File {
    /// Opens a database to read it as it is now, whatever others write meanwhile.
    pub fn read(path: &Path) -> Result<Self> {
        Self::begin(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// The same for a file that nobody writes and that may lie where nobody can: a backup.
    pub fn read_only(path: &Path) -> Result<Self> {
        Self::begin(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn begin(path: &Path, flags: OpenFlags) -> Result<Self> {
        let connection = open(path, flags)?;
        // What a file brings along besides tables, such as views with functions in them, is not run.
        connection.execute_batch(
            "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; BEGIN;",
        )?;
        // The snapshot begins with the first read.
        connection
            .query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))
            .map_err(|error| no_use(path, error.into(), "is no database"))
            .map_err(|fault| trouble::unread(path, fault))?;
        Ok(Self::of(connection, path))
    }

    /// Opens a database that is to be filled, as it is, and keeps everybody else out meanwhile.
    pub fn alone(path: &Path) -> Result<Self> {
        Self::exclusive(path, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;")
    }

    /// Opens a database to fill it, and keeps everybody else out until the end.
    pub fn write(path: &Path) -> Result<Self> {
        // With a rollback journal a large transaction on a small file is written once, and not into a log and then over.
        Self::exclusive(
            path,
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;
             PRAGMA foreign_keys=OFF; PRAGMA cache_size=-65536; BEGIN EXCLUSIVE;",
        )
    }

    /// A running server has the file open, which is enough to be found here: the lock is on the whole file, log or no log.
    fn exclusive(path: &Path, begin: &str) -> Result<Self> {
        let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection
            .execute_batch(begin)
            .map_err(|error| no_use(path, error.into(), "cannot be filled"))
            .map_err(|fault| trouble::unwritten(path, fault))?;
        Ok(Self::of(connection, path))
    }

    fn of(connection: Connection, path: &Path) -> Self {
        Self {
            connection,
            name: path.to_owned(),
            last: i64::MIN,
        }
    }

    pub fn tables(&self) -> Result<Found> {
        schema::read(&self.connection)
    }

    /// Every row of a statement of two columns: a number and a text.
    pub fn pairs(&self, sql: &str) -> Result<Vec<(i64, String)>> {
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub fn count(&self, table: &str) -> Result<i64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(table));
        Ok(self.connection.query_row(&sql, [], |row| row.get(0))?)
    }

    /// Begins at the first row.
    pub fn rewind(&mut self) {
        self.last = i64::MIN;
    }

    /// The next rows, in the order in which they lie in the file.
    pub fn fetch(&mut self, table: &Table) -> Result<Vec<Vec<Value>>> {
        let sql = format!(
            "SELECT rowid, {} FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT {AT_ONCE}",
            table.columns(),
            quoted(&table.name)
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([self.last])?;
        let mut found = Vec::with_capacity(AT_ONCE);
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let values = table.columns.iter().zip(1_usize..).map(|(column, place)| {
                strict(row.get_ref(place)?).map_err(|what| {
                    let (table, column) = (&table.name, &column.name);
                    Fault::Other(format!("{table}.{column} of the row {number} holds {what}"))
                })
            });
            found.push(table.normal(values.collect::<Result<_>>()?)?);
            self.last = number;
        }
        Ok(found)
    }

    pub fn insert(&self, table: &Table, rows: &[Vec<Value>]) -> Result<()> {
        let places: Vec<String> = (1..=table.columns.len())
            .map(|place| format!("?{place}"))
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            quoted(&table.name),
            table.columns(),
            places.join(", ")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        for row in rows {
            statement.execute(rusqlite::params_from_iter(row))?;
        }
        Ok(())
    }

    pub fn wipe(&self, tables: &[Table]) -> Result<()> {
        for table in tables {
            let sql = format!("DELETE FROM {}", quoted(&table.name));
            self.connection.execute_batch(&sql)?;
        }
        Ok(())
    }

    /// Makes everything durable, unless a row refers to one that is not there.
    pub fn commit(&self) -> Result<()> {
        let mut broken = self.connection.prepare("PRAGMA foreign_key_check")?;
        let first: Option<String> = match broken.query([])?.next()? {
            Some(row) => Some(row.get(0)?),
            None => None,
        };
        if let Some(table) = first {
            return Err(Fault::Other(format!(
                "a row of {table} refers to a row that is not there"
            )));
        }
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Whether somebody else has written since the snapshot began.
    pub fn has_changed(&self) -> Result<bool> {
        let version = || {
            self.connection
                .query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0))
        };
        let before = version()?;
        // Its value is that of the snapshot, until that ends.
        self.connection.execute_batch("COMMIT; BEGIN")?;
        self.connection
            .query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(version()? != before)
    }
}

/// Why a file that was opened is of no use: it is another's, or not what it should be. What the disk says stays what it is.
fn no_use(path: &Path, fault: Fault, what: &str) -> Fault {
    match fault {
        Fault::Retry => trouble::in_use(path),
        Fault::Other(cause) | Fault::Damaged(cause) => {
            Fault::Other(format!("{} {what}: {cause}", path.display()))
        }
        other => other,
    }
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let cannot = |error: rusqlite::Error| {
        Fault::Other(format!("{} cannot be opened: {error}", path.display()))
    };
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(cannot)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// The value as it is: a copy that mends what it cannot read is no copy.
fn strict(value: ValueRef<'_>) -> Result<Value, &'static str> {
    match value {
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err("a text that is not UTF-8"),
        },
        ValueRef::Real(_) => Err("a number that is no whole number"),
        other => Ok(Value::from(other)),
    }
}
