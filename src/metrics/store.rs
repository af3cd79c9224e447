//! The SQL of the metrics: how much work waits.

use crate::clock::Timestamp;
use crate::db::{Result, Row, Run};
use crate::{params, statements};

statements! {
    // Finished mails are due never, so the index over `due_at` holds those that wait in front.
    MAILS = "SELECT COUNT(*) AS number, MIN(created_at) AS oldest FROM outbox
        WHERE due_at < $1 AND sent_at IS NULL AND dead_at IS NULL";
    DEAD_MAILS = "SELECT COUNT(*) AS number FROM outbox WHERE dead_at IS NOT NULL AND sent_at IS NULL";
    JOBS = "SELECT COUNT(*) AS number, MIN(created_at) AS oldest FROM jobs WHERE due_at < $1";
    LOOSE_ENTRIES = "SELECT COUNT(*) AS number, MIN(at) AS oldest FROM audit_entries WHERE seq IS NULL";
}

/// Things that wait.
#[derive(Debug, Clone, Copy)]
pub struct Waiting {
    /// How many.
    pub number: i64,
    /// When the oldest one was made.
    pub oldest: Option<Timestamp>,
}

impl Waiting {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            number: row.get("number")?,
            oldest: row.get("oldest")?,
        })
    }
}

/// All that waits in the database.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    /// Mails that are to be sent.
    pub mails: Waiting,
    /// Mails that were given up.
    pub dead_mails: i64,
    /// Work that requests have left behind.
    pub jobs: Waiting,
    /// Entries of the audit log without a place in the chain.
    pub loose_entries: Waiting,
}

/// What waits just now.
pub async fn backlog(run: &impl Run) -> Result<Backlog> {
    let mails = run.one(MAILS, params![Timestamp(i64::MAX)]).await?;
    Ok(Backlog {
        mails: Waiting::read(&mails)?,
        dead_mails: run.one(DEAD_MAILS, &[]).await?.get("number")?,
        jobs: Waiting::read(&run.one(JOBS, params![Timestamp(i64::MAX)]).await?)?,
        loose_entries: Waiting::read(&run.one(LOOSE_ENTRIES, &[]).await?)?,
    })
}
