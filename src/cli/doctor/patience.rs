//! Patience: how long a check waits for the database, so that one that hangs is a finding and not the end of the report.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::timeout;

use crate::config::{Config, DatabaseKind};

/// Requests would not wait as long for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What to look at when something has gone wrong there, or takes too long.
pub(super) fn look(config: &Config) -> &'static str {
    match config.database() {
        DatabaseKind::Sqlite(_) => {
            "Look at the disk and the room on it. If the file is broken, restore the latest backup (docs/backup.md)."
        }
        DatabaseKind::Postgres(_) => {
            "Look into the log of the database, at its load, and whether something holds its locks (pg_stat_activity)."
        }
    }
}

/// What `work` in the database answers, and otherwise a text for the report.
pub(super) async fn within<T, E: Display>(
    longest: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match timeout(longest, work).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!(
            "The database did not answer within {} s.",
            longest.as_secs()
        )),
    }
}
