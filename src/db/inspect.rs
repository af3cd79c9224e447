//! Inspect the database: what a person who looks after it should see.

use std::time::{Duration, Instant};

use super::{Db, Dialect, Result, Run};
use crate::clock::Timestamp;

/// How often the smallest question is asked.
const ROUNDS: usize = 21;

const SQLITE_VERSION: &str = "SELECT sqlite_version() AS setting";
const POSTGRES_SETTINGS: &str = "SELECT name, setting FROM pg_settings
    WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name";
const POSTGRES_NOW: &str =
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now";

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

pub(super) async fn inspect(db: &Db) -> Result<Inspection> {
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
