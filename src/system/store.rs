//! The SQL of what is known of the server besides: when it was last backed up.

use crate::clock::Timestamp;
use crate::db::{Result, Run};
use crate::{params, statements};

statements! {
    FIND_BACKUP = "SELECT value FROM statistics_marks WHERE name = 'backup_made_at'";
    SET_BACKUP = "INSERT INTO statistics_marks (name, value) VALUES ('backup_made_at', $1)
        ON CONFLICT (name) DO UPDATE SET value = $1";
}

/// The moment that the last backup shows.
pub(super) async fn find_backup(run: &impl Run) -> Result<Option<Timestamp>> {
    let row = run.optional(FIND_BACKUP, &[]).await?;
    row.map(|row| row.get("value")).transpose()
}

/// Notes that there is a backup, which shows this moment.
pub async fn set_backup(run: &impl Run, at: Timestamp) -> Result<()> {
    run.execute(SET_BACKUP, params![at]).await.map(drop)
}
