//! Verify the chain of the audit log, a good part of it at a time.
//!
//! Doors: the console at `/admin/audit`. `gatepost audit verify` verifies all at once, as long as that may take.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::yield_now;

use crate::app::App;
use crate::audit::{self, Broken, Head, Verifier};
use crate::error::{Error, Problem, Result};
use crate::sessions::Admin;

/// Entries that are verified at most before somebody has to say that it shall go on: a few seconds of one core.
pub const AT_MOST: i64 = 100_000;

/// When somebody else may have finished.
const LATER: Duration = Duration::from_secs(5);

/// Whose turn it is to verify: one at a time on each node.
#[derive(Debug)]
pub struct Turn(Semaphore);

impl Turn {
    /// The turn, until the answer is dropped; `None` while somebody else has it.
    pub fn take(&self) -> Option<SemaphorePermit<'_>> {
        self.0.try_acquire().ok()
    }
}

impl Default for Turn {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

/// How far a verification has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The last entry that was verified.
    pub head: Head,
    /// Whether that was the last one of the log.
    pub is_all: bool,
}

/// Verifies entries behind `from`, or from the first one on. The log must still hold what `expected` says, if it comes that far.
pub async fn verify(
    app: &App,
    _by: &Admin,
    (from, expected): (Option<Head>, Option<Head>),
) -> Result<Result<Verified, Broken>> {
    let turn = app.audit_turn.take();
    let _turn = turn.ok_or(Error::TryLater(Problem::Busy, LATER))?;
    let mut verifier = if let Some(head) = &from {
        Verifier::from(head, expected).ok_or(Problem::BadRequest)?
    } else {
        audit::chain(app).await?;
        Verifier::new(expected)
    };
    let last = verifier.head().seq.saturating_add(AT_MOST);
    while verifier.head().seq < last {
        match audit::verify_some(&app.db, &mut verifier).await? {
            // Others have their turn in between: SQLite is read on the thread that serves them.
            Ok(true) => yield_now().await,
            Ok(false) => {
                let end = verifier.finish();
                return Ok(end.map(|head| Verified { head, is_all: true }));
            }
            Err(broken) => return Ok(Err(broken)),
        }
    }
    let head = verifier.head();
    Ok(Ok(Verified {
        head,
        is_all: false,
    }))
}
