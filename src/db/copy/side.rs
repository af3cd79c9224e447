//! One end of a copy, whichever engine it is.

use std::path::Path;
use std::pin::Pin;

use tokio_postgres::binary_copy::BinaryCopyInWriter;

use super::schema::{Found, Table};
use super::trouble::{unread, unwritten};
use super::{postgres, sqlite};
use crate::config::DatabaseKind;
use crate::db::{Db, Fault, Result, Value, migrate};

const APPLIED: &str = "SELECT version, checksum FROM schema_migrations ORDER BY version";
const HEAD: &str = "SELECT seq, lower(encode(digest, 'hex')) FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
const HEAD_SQLITE: &str = "SELECT seq, lower(hex(digest)) FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1";

/// A database in a transaction that reads it or fills it. Dropped before the commit, it has changed nothing.
pub(super) enum Side {
    Sqlite(sqlite::File),
    Postgres(postgres::Connection),
}

/// Takes rows for one table.
pub(super) enum Loader<'a> {
    Sqlite(&'a sqlite::File, &'a Table),
    Postgres(Pin<Box<BinaryCopyInWriter>>),
}

impl Side {
    /// A database to read from, as it is at this moment.
    pub async fn source(place: &DatabaseKind) -> Result<Self> {
        Ok(match place {
            DatabaseKind::Sqlite(path) => Self::Sqlite(sqlite::File::read(present(path)?)?),
            DatabaseKind::Postgres(url) => Self::Postgres(postgres::Connection::read(url).await?),
        })
    }

    /// A database that is to be filled, as it is now and with nobody else in it; `None` while there is no such file.
    pub async fn alone(place: &DatabaseKind) -> Result<Option<Self>> {
        Ok(match place {
            DatabaseKind::Sqlite(path) if !path.exists() => None,
            DatabaseKind::Sqlite(path) => Some(Self::Sqlite(sqlite::File::alone(path)?)),
            DatabaseKind::Postgres(url) => {
                Some(Self::Postgres(postgres::Connection::alone(url).await?))
            }
        })
    }

    /// A database to fill, with the tables of the first `migrations` migrations.
    pub async fn target(place: &DatabaseKind, migrations: usize) -> Result<Self> {
        let db = match place {
            DatabaseKind::Sqlite(path) => Db::open_sqlite(path)?,
            DatabaseKind::Postgres(url) => Db::open_postgres(url, 1).await?,
        };
        let migrated = db.migrate_until(migrations).await;
        db.close().await;
        migrated?;
        Ok(match place {
            DatabaseKind::Sqlite(path) => Self::Sqlite(sqlite::File::write(path)?),
            DatabaseKind::Postgres(url) => Self::Postgres(postgres::Connection::write(url).await?),
        })
    }

    /// The same, told under the name that people know.
    pub fn called(mut self, name: &Path) -> Self {
        if let Self::Sqlite(file) = &mut self {
            name.clone_into(&mut file.name);
        }
        self
    }

    /// How many migrations were applied, all of which this release knows.
    pub async fn migrations(&self) -> Result<usize> {
        let applied = self.pairs(APPLIED).await.map_err(|_| {
            Fault::Other("it is no database of Gatepost: it has no list of migrations".into())
        })?;
        let known = migrate::migrations()?;
        migrate::check(&applied, &known)
    }

    /// The end of the audit log's chain, as `gatepost audit verify` writes it.
    pub async fn audit_head(&self) -> Result<String> {
        let sql = match self {
            Self::Sqlite(_) => HEAD_SQLITE,
            Self::Postgres(_) => HEAD,
        };
        let head = self.pairs(sql).await?;
        let head = head.first().map(|(seq, digest)| format!("{seq}:{digest}"));
        Ok(head.unwrap_or_else(|| "0:".into()))
    }

    pub async fn pairs(&self, sql: &str) -> Result<Vec<(i64, String)>> {
        match self {
            Self::Sqlite(file) => file.pairs(sql).map_err(|fault| unread(&file.name, fault)),
            Self::Postgres(connection) => connection.pairs(sql).await,
        }
    }

    pub async fn tables(&self) -> Result<Found> {
        match self {
            Self::Sqlite(file) => file.tables().map_err(|fault| unread(&file.name, fault)),
            Self::Postgres(connection) => connection.tables().await,
        }
    }

    pub async fn count(&self, table: &str) -> Result<u64> {
        let count = match self {
            Self::Sqlite(file) => file
                .count(table)
                .map_err(|fault| unread(&file.name, fault))?,
            Self::Postgres(connection) => connection.count(table).await?,
        };
        Ok(u64::try_from(count).unwrap_or(0))
    }

    pub async fn rewind(&mut self, table: &Table) -> Result<()> {
        match self {
            Self::Sqlite(file) => {
                file.rewind();
                Ok(())
            }
            Self::Postgres(connection) => connection.rewind(table).await,
        }
    }

    pub async fn fetch(&mut self, table: &Table) -> Result<Vec<Vec<Value>>> {
        match self {
            Self::Sqlite(file) => {
                // A pause, in which Ctrl-C is heard.
                tokio::task::yield_now().await;
                let rows = file.fetch(table);
                rows.map_err(|fault| unread(&file.name, fault))
            }
            Self::Postgres(connection) => connection.fetch(table).await,
        }
    }

    /// Ends reading a table.
    pub async fn leave(&self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection.close_cursor().await,
        }
    }

    pub async fn load<'a>(&'a self, table: &'a Table) -> Result<Loader<'a>> {
        Ok(match self {
            Self::Sqlite(file) => Loader::Sqlite(file, table),
            Self::Postgres(connection) => Loader::Postgres(connection.load(table).await?),
        })
    }

    pub async fn wipe(&self, tables: &[Table]) -> Result<()> {
        match self {
            Self::Sqlite(file) => file
                .wipe(tables)
                .map_err(|fault| unwritten(&file.name, fault)),
            Self::Postgres(connection) => connection.wipe(tables).await,
        }
    }

    pub async fn commit(&self) -> Result<()> {
        match self {
            Self::Sqlite(file) => file.commit().map_err(|fault| unwritten(&file.name, fault)),
            Self::Postgres(connection) => connection.commit().await,
        }
    }

    /// Whether others have written, or may have, since reading began.
    pub async fn has_changed(&self) -> Result<bool> {
        match self {
            Self::Sqlite(file) => file
                .has_changed()
                .map_err(|fault| unread(&file.name, fault)),
            Self::Postgres(connection) => connection.has_changed().await,
        }
    }
}

impl Loader<'_> {
    pub async fn take(&mut self, rows: &[Vec<Value>]) -> Result<()> {
        match self {
            Self::Sqlite(file, table) => file
                .insert(table, rows)
                .map_err(|fault| unwritten(&file.name, fault)),
            Self::Postgres(writer) => {
                for row in rows {
                    writer.as_mut().write_raw(row).await?;
                }
                Ok(())
            }
        }
    }

    pub async fn finish(self) -> Result<()> {
        match self {
            Self::Sqlite(..) => Ok(()),
            Self::Postgres(mut writer) => Ok(writer.as_mut().finish().await.map(drop)?),
        }
    }
}

fn present(path: &Path) -> Result<&Path> {
    if path.is_file() {
        return Ok(path);
    }
    Err(Fault::Other(format!("there is no file {}", path.display())))
}
