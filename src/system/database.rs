//! The database, asked just now: what it is, how soon it answers, and whether it has the tables of this release.

use serde::Serialize;

use super::latency::Latency;
use crate::app::App;
use crate::clock::Timestamp;
use crate::config::DatabaseKind;
use crate::db::{Dialect, Inspection};
use crate::error::Result;

/// What is known of the database.
#[derive(Debug, Clone, Serialize)]
pub struct DatabaseFacts {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    /// Its version.
    pub version: String,
    /// The file, or the address of the server without its password.
    pub place: String,
    /// Bytes that it takes, as far as it tells.
    pub bytes: Option<i64>,
    /// Milliseconds until it has answered the smallest question: the median of a few, asked just now.
    pub latency_ms: f64,
    /// Settings of the server that are off, and without which an acknowledged act can be lost.
    pub unsafe_settings: Vec<String>,
    /// Connections of all nodes to the server, and the machines that they come from; unknown of a file.
    pub connections: Option<Connections>,
    /// The migrations, oldest first.
    pub migrations: Vec<MigrationView>,
    /// How many of them are missing.
    pub missing_migrations: usize,
    /// How long statements and commits took on this node since it was started.
    pub latencies: Vec<Latency>,
}

/// Who uses a database server.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Connections {
    /// All of Gatepost's connections.
    pub count: i64,
    /// Machines that they come from: at least as many nodes are there.
    pub machines: i64,
}

/// A step of the schema.
#[derive(Debug, Clone, Serialize)]
pub struct MigrationView {
    /// Its number.
    pub version: i64,
    /// What it is about.
    pub name: String,
    /// When it was applied; `null` while it is missing.
    pub applied_at: Option<Timestamp>,
}

/// Looks at it.
pub(super) async fn look(app: &App) -> Result<DatabaseFacts> {
    let db = &app.db;
    let found = db.inspect().await?;
    let steps = db.ledger().await?.into_iter();
    let migrations: Vec<MigrationView> = steps
        .map(|step| MigrationView {
            version: step.version,
            name: step.name.replace('_', " "),
            applied_at: step.applied_at,
        })
        .collect();
    let missing = migrations.iter().filter(|step| step.applied_at.is_none());
    let in_use = db.in_use().await?;
    let figures = db.figures();
    Ok(DatabaseFacts {
        engine: match found.dialect {
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => "PostgreSQL",
        },
        place: place(app),
        bytes: db.size().await?,
        latency_ms: found.latency.as_secs_f64() * 1000.0,
        unsafe_settings: off(&found),
        connections: in_use.map(|found| Connections {
            count: found.connections,
            machines: found.machines,
        }),
        missing_migrations: missing.count(),
        latencies: vec![
            Latency::of("reads", &figures.reads.spread()),
            Latency::of("writes", &figures.writes.spread()),
            Latency::of("commits", &figures.commits.spread()),
        ],
        version: found.version,
        migrations,
    })
}

fn place(app: &App) -> String {
    match app.config.database() {
        DatabaseKind::Sqlite(path) => path.display().to_string(),
        // As the settings show it: a password may stand in it.
        DatabaseKind::Postgres(_) => app.config.database.url.to_string(),
    }
}

fn off(found: &Inspection) -> Vec<String> {
    let off = found.settings.iter().filter(|(_, value)| value == "off");
    off.map(|(name, _)| name.clone()).collect()
}
