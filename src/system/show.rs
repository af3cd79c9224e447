//! Show how the server is: this node, the database, what waits, and how fast it all is. It reads a few rows, however many accounts
//! there are.
//!
//! Doors: the console, `gatepost system`.

use serde::Serialize;

use super::database::{self, DatabaseFacts};
use super::disk::{self, Disk};
use super::node::{self, Node};
use super::store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::mail::{self, QueueSize};
use crate::metrics;
use crate::sessions::Admin;

/// The whole.
#[derive(Debug, Clone, Serialize)]
pub struct System {
    /// The release.
    pub version: &'static str,
    /// The process that answers; not told by a command, which is another one.
    pub node: Option<Node>,
    /// The database.
    pub database: DatabaseFacts,
    /// Where this node keeps its data, if it keeps any.
    pub disk: Option<Disk>,
    /// What waits.
    pub queues: Queues,
    /// When `gatepost backup` was last done; `null` if never. Backups made by other means are not known.
    pub last_backup_at: Option<Timestamp>,
}

/// What waits in the database, for whichever node comes first.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Queues {
    /// Mails.
    pub mails: QueueSize,
    /// Work that requests have left behind.
    pub jobs: i64,
    /// Entries of the audit log without a place in the chain yet.
    pub audit_entries: i64,
}

/// How everything is just now.
pub async fn show(app: &App, _admin: &Admin) -> Result<System> {
    let backlog = metrics::backlog(&app.db).await?;
    Ok(System {
        version: env!("CARGO_PKG_VERSION"),
        node: Some(node::look(app).await),
        database: database::look(app).await?,
        disk: disk::look(&app.config),
        last_backup_at: store::find_backup(&app.db).await?,
        queues: Queues {
            mails: mail::queue_size(app).await?,
            jobs: backlog.jobs.number,
            audit_entries: backlog.loose_entries.number,
        },
    })
}
