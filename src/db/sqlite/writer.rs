//! The writer of SQLite: transactions one after another, made durable in batches.
//!
//! A batch is one transaction of SQLite; whoever finds one that has begun takes part in it with a savepoint. Whoever has ended
//! his waits until the batch is on the disk. Somebody sees to that at once, or when the first of them has lost his patience: see
//! [`Writer::release`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::Connection;
use crate::db::figures::Figures;
use crate::db::{Fault, Result};

/// The connection that writes, with the transactions that wait for the next commit.
pub(in crate::db) struct Writer {
    pub(super) connection: Option<Connection>,
    /// Whether the outer transaction, the one that is made durable, has begun.
    open: bool,
    /// Whether the running transaction has others before it in the batch, which stay when it is undone.
    is_nested: bool,
    waiting: Vec<oneshot::Sender<Result<()>>>,
    /// Which batch this is, since the start.
    batch: u64,
    /// What has been arranged for its end so far.
    end: End,
    figures: Arc<Figures>,
}

/// How the batch comes to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nobody has asked for it yet.
    Open,
    /// Somebody comes when the patience of the first is at its end.
    Later,
    /// Somebody is on the way.
    Now,
}

/// What a transaction that has ended leaves to do.
pub(in crate::db) struct Released {
    /// Tells when it is durable.
    pub durable: oneshot::Receiver<Result<()>>,
    /// Somebody has to commit this batch, after so long.
    pub commit: Option<(u64, Duration)>,
}

impl Writer {
    pub fn new(connection: Connection, figures: Arc<Figures>) -> Self {
        Self {
            connection: Some(connection),
            open: false,
            is_nested: false,
            waiting: Vec::new(),
            batch: 0,
            end: End::Open,
            figures,
        }
    }

    /// The connection, unless the database was closed.
    pub fn connection(&self) -> Result<&Connection> {
        self.connection
            .as_ref()
            .ok_or_else(|| Fault::Unavailable("it was closed".into()))
    }

    /// Begins a transaction inside the batch.
    ///
    /// The first one is undone together with the batch. A savepoint for it would only have SQLite copy each page that it
    /// changes, of which an import has tens of thousands.
    pub fn begin(&mut self) -> Result<()> {
        self.is_nested = self.open;
        if self.is_nested {
            return step(self.connection()?, "SAVEPOINT tx");
        }
        step(self.connection()?, "BEGIN IMMEDIATE")?;
        self.open = true;
        Ok(())
    }

    /// Undoes the transaction; the others of the batch stay.
    pub fn roll_back(&mut self) {
        if !self.is_nested {
            // Nobody waits for this batch, so nobody will end it, and other processes wait for the file.
            self.undo_batch();
            return;
        }
        let undone = self.connection().and_then(|connection| {
            connection
                .execute_batch("ROLLBACK TO tx; RELEASE tx")
                .map_err(Fault::from)
        });
        // A full disk or an input/output error makes SQLite undo the whole batch by itself.
        if let Err(error) = undone {
            self.fail(&error);
        }
    }

    /// Ends the transaction, which may wait for others as long as its `patience` lasts.
    ///
    /// One that has none takes all before it along. Of those that have some, the first one's counts.
    pub fn release(&mut self, patience: Duration) -> Result<Released> {
        if self.is_nested {
            step(self.connection()?, "RELEASE tx")?;
        }
        let (sender, durable) = oneshot::channel();
        self.waiting.push(sender);
        let end = if patience.is_zero() {
            End::Now
        } else {
            End::Later
        };
        let is_arranged = self.end == End::Now || self.end == end;
        if !is_arranged {
            self.end = end;
        }
        Ok(Released {
            durable,
            commit: (!is_arranged).then_some((self.batch, patience)),
        })
    }

    /// Whether that batch has been ended meanwhile.
    pub fn is_over(&self, batch: u64) -> bool {
        self.batch != batch
    }

    /// Makes the batch durable (one fsync for all of it) and tells everybody who waits.
    pub fn commit(&mut self) {
        if !self.open {
            return;
        }
        let begun = Instant::now();
        let committed = self
            .connection()
            .and_then(|connection| step(connection, "COMMIT"));
        match committed {
            Ok(()) => {
                self.figures.batch(self.waiting.len(), begun.elapsed());
                for waiting in self.next_batch() {
                    let _ = waiting.send(Ok(()));
                }
            }
            Err(error) => self.fail(&error),
        }
    }

    fn undo_batch(&mut self) -> Vec<oneshot::Sender<Result<()>>> {
        if let Some(connection) = self
            .connection
            .as_ref()
            .filter(|connection| !connection.is_autocommit())
        {
            let _ = connection.execute_batch("ROLLBACK");
        }
        self.next_batch()
    }

    /// Undoes the whole batch and tells everybody who waits for it.
    fn fail(&mut self, error: &Fault) {
        for waiting in self.undo_batch() {
            let _ = waiting.send(Err(Fault::Unavailable(error.cause())));
        }
    }

    /// The batch is over; answers who has waited for it.
    fn next_batch(&mut self) -> Vec<oneshot::Sender<Result<()>>> {
        self.open = false;
        self.batch += 1;
        self.end = End::Open;
        std::mem::take(&mut self.waiting)
    }
}

/// Takes a step of a transaction: prepared once, because every transaction takes the same ones.
fn step(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}
