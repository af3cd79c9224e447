//! Inspect the database: what a person who looks after it should see.

use std::time::{Duration, Instant};

use super::migrate::{self, Step};
use super::{Db, Dialect, Fault, Result, Run};
use crate::clock::Timestamp;

/// How often the smallest question is asked: the median of a few, so that a database far away is not asked for long.
const ROUNDS: usize = 7;

const SQLITE_VERSION: &str = "SELECT sqlite_version() AS setting";
const POSTGRES_SETTINGS: &str = "SELECT name, setting FROM pg_settings
    WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name";
const POSTGRES_NOW: &str =
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now";

const SQLITE_SIZE: &str =
    "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()";
const POSTGRES_SIZE: &str = "SELECT pg_database_size(current_database()) AS bytes";

/// Whoever else works with the same database: the nodes, each with its connections, and commands.
const POSTGRES_USE: &str =
    "SELECT COUNT(*) AS connections, COUNT(DISTINCT COALESCE(CAST(client_addr AS TEXT), '')) AS machines
    FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user";

/// Who uses a database server.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// Connections of Gatepost's user to this database, of all nodes together.
    pub connections: i64,
    /// Machines that they come from.
    pub machines: i64,
}

/// What was seen.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The engine.
    pub dialect: Dialect,
    /// Its version.
    pub version: String,
    /// Settings without which an acknowledged act can be lost, and what they are set to.
    pub settings: Vec<(String, String)>,
    /// The median time of the smallest question.
    pub latency: Duration,
    /// What a server's clock says; SQLite has none of its own.
    pub now: Option<Timestamp>,
}

impl Db {
    /// Looks at the database as `gatepost doctor` wants to see it.
    pub async fn inspect(&self) -> Result<Inspection> {
        inspect(self).await
    }

    /// The migrations, those of this release and those that a newer one has applied, oldest first, with when each was applied.
    pub async fn ledger(&self) -> Result<Vec<Step>> {
        migrate::ledger(self).await
    }

    /// Bytes that the database takes; `None` of a server that does not tell.
    pub async fn size(&self) -> Result<Option<i64>> {
        let asked = match self.dialect() {
            Dialect::Sqlite => SQLITE_SIZE,
            Dialect::Postgres => POSTGRES_SIZE,
        };
        told(self.one(asked, &[]).await.and_then(|row| row.get("bytes")))
    }

    /// Who uses the database server; `None` for a file, and of a server that does not tell.
    pub async fn in_use(&self) -> Result<Option<Use>> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(None);
        }
        let row = self.one(POSTGRES_USE, &[]).await;
        told(row.and_then(|row| {
            Ok(Use {
                connections: row.get("connections")?,
                machines: row.get("machines")?,
            })
        }))
    }
}

async fn inspect(db: &Db) -> Result<Inspection> {
    let mut settings = Vec::new();
    let (version, now) = match db.dialect() {
        Dialect::Sqlite => (db.one(SQLITE_VERSION, &[]).await?.get("setting")?, None),
        Dialect::Postgres => {
            for row in db.all(POSTGRES_SETTINGS, &[]).await? {
                settings.push((row.get("name")?, row.get("setting")?));
            }
            let is_version = |(name, _): &(String, String)| name == "server_version";
            let version = settings.iter().position(is_version);
            let version = version.map(|place| settings.remove(place).1);
            let now = db.one(POSTGRES_NOW, &[]).await?.get("now")?;
            (version.unwrap_or_else(|| "unknown".to_owned()), Some(now))
        }
    };
    let latency = latency(db).await?;
    Ok(Inspection {
        dialect: db.dialect(),
        version,
        settings,
        latency,
        now,
    })
}

async fn latency(db: &Db) -> Result<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        db.optional("SELECT 1 AS one WHERE 1 = 1", &[]).await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(ROUNDS / 2).copied().unwrap_or_default())
}

/// Engines that speak PostgreSQL's protocol do not know all of its functions: that is no fault.
fn told<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(fault @ (Fault::Unavailable(_) | Fault::Retry)) => Err(fault),
        Err(_) => Ok(None),
    }
}
