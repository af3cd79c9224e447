//! Turns: as many tries of one subject at once as it may fail, and the others wait for theirs.
//!
//! A try that is being looked at is neither right nor wrong yet. Refusing those behind it would lock out the owner who
//! logs in from many places at once; letting them all in would let a flood of guesses through before the first is counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Config;
use crate::error::{Error, Problem, Result};

/// Subjects that are remembered before those with nobody in turn are forgotten.
const SUBJECTS: usize = 1000;

/// Who is in turn, on this node.
pub struct Turns {
    subjects: Mutex<HashMap<String, Weak<Semaphore>>>,
    at_once: usize,
}

/// A turn; dropping it gives it to the next.
pub type Turn = Arc<OwnedSemaphorePermit>;

impl Turns {
    /// As many at once as the settings allow to fail.
    pub fn of(config: &Config) -> Self {
        Self {
            subjects: Mutex::default(),
            at_once: usize::try_from(config.login.max_attempts)
                .unwrap_or(usize::MAX)
                .max(1),
        }
    }

    /// Waits for a turn, until then at most.
    pub(super) async fn take(&self, subject: &str, until: Instant) -> Result<Turn> {
        let semaphore = self.of_subject(subject);
        match tokio::time::timeout_at(until.into(), semaphore.acquire_owned()).await {
            Ok(Ok(turn)) => Ok(Arc::new(turn)),
            _ => Err(Error::TryLater(Problem::Busy, Duration::from_secs(2))),
        }
    }

    fn of_subject(&self, subject: &str) -> Arc<Semaphore> {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if subjects.len() >= SUBJECTS {
            subjects.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        if let Some(semaphore) = subjects.get(subject).and_then(Weak::upgrade) {
            return semaphore;
        }
        let semaphore = Arc::new(Semaphore::new(self.at_once));
        subjects.insert(subject.to_owned(), Arc::downgrade(&semaphore));
        semaphore
    }
}
