//! A PostgreSQL connection on which a transaction has begun: it goes back to the pool only when that has ended.
//!
//! A request can be given up at any moment, because its client hangs up: also while `BEGIN` or a statement is under way. A
//! connection that went back to the pool like that would take the next one's statements into a transaction that nobody
//! commits, and they would be acknowledged and lost.

use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::Object;

use super::{Fault, Result};

/// The connection, and whether its transaction has ended.
pub(super) struct Begun {
    connection: Option<Object>,
    has_ended: AtomicBool,
}

impl Begun {
    /// Begins a transaction. The connection is held before the first word is sent, so that it is dropped when this is.
    pub async fn on(connection: Object) -> Result<Self> {
        let this = Self {
            connection: Some(connection),
            has_ended: AtomicBool::new(false),
        };
        this.connection()?.batch_execute("BEGIN").await?;
        Ok(this)
    }

    /// The connection.
    pub fn connection(&self) -> Result<&Object> {
        let ended = || Fault::Other("the transaction has ended".into());
        self.connection.as_ref().ok_or_else(ended)
    }

    /// Ends the transaction with `COMMIT` or `ROLLBACK`.
    pub async fn end(&self, how: &str) -> Result<()> {
        self.connection()?.batch_execute(how).await?;
        self.has_ended.store(true, Ordering::SeqCst);
        Ok(())
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !*self.has_ended.get_mut() {
            // Taken out of the pool and closed: the server undoes what was not committed.
            drop(self.connection.take().map(Object::take));
        }
    }
}
