//! A PostgreSQL connection on which a transaction has begun: it goes back to the pool only when that has ended.
//!
//! A request can be given up at any moment, because its client hangs up: also while `BEGIN` or a statement is under way. A
//! connection that went back to the pool like that would take the next one's statements into a transaction that nobody
//! commits, and they would be acknowledged and lost.

use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::Object;
use futures_util::future;

use super::{Fault, Result};

/// The connection, whether `BEGIN` was sent on it, and whether its transaction has ended.
pub(super) struct Begun {
    connection: Option<Object>,
    is_sent: AtomicBool,
    has_ended: AtomicBool,
}

impl Begun {
    /// A transaction that begins with its first statement.
    pub fn on(connection: Object) -> Self {
        Self {
            connection: Some(connection),
            is_sent: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
        }
    }

    /// The connection.
    pub fn connection(&self) -> Result<&Object> {
        let ended = || Fault::Other("the transaction has ended".into());
        self.connection.as_ref().ok_or_else(ended)
    }

    /// Runs a statement. `BEGIN` is sent together with the first one: their answers take one way, not two.
    pub async fn run<T>(&self, statement: impl Future<Output = Result<T>>) -> Result<T> {
        if self.is_sent.swap(true, Ordering::SeqCst) {
            return statement.await;
        }
        // In this order: the driver sends what is asked first first.
        let (begun, answer) = future::join(self.send("BEGIN"), statement).await;
        match begun {
            Ok(()) => answer,
            // It was broken before, by a restart for instance, which breaks them all: nothing was done, and all of it can be
            // done on another one.
            Err(Fault::Unavailable(_)) => {
                if let Some(pool) = self.connection.as_ref().and_then(Object::pool) {
                    pool.retain(|_, _| false);
                }
                Err(Fault::Retry)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Ends the transaction with `COMMIT` or `ROLLBACK`.
    pub async fn end(&self, how: &str) -> Result<()> {
        if self.is_sent.load(Ordering::SeqCst) {
            self.send(how).await?;
        }
        self.has_ended.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn send(&self, word: &str) -> Result<()> {
        Ok(self.connection()?.batch_execute(word).await?)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if *self.is_sent.get_mut() && !*self.has_ended.get_mut() {
            // Taken out of the pool and closed: the server undoes what was not committed.
            drop(self.connection.take().map(Object::take));
        }
    }
}
