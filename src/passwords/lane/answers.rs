//! Answers on their way out: while others wait for their turn anyway, a few are handed over together.
//!
//! Whoever gets one goes on with his log-in, and takes a core away from a hash for that. What he runs there the hashes have
//! driven out of the processor's caches; ten in a row fetch it once.

use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::Verdict;

/// What came out of a job, and who waits for it.
pub(super) enum Answer {
    Hash(oneshot::Sender<String>, String),
    Verdict(oneshot::Sender<Verdict>, Verdict),
}

impl Answer {
    /// Tells whoever waits, if he still does.
    pub fn tell(self) {
        match self {
            Self::Hash(asker, hash) => drop(asker.send(hash)),
            Self::Verdict(asker, verdict) => drop(asker.send(verdict)),
        }
    }
}

/// Tells one after another, and lets others in between: a request that comes meanwhile does not wait for all of them.
pub(super) async fn tell(answers: Vec<Answer>) {
    for answer in answers {
        answer.tell();
        yield_now().await;
    }
}

/// Those that have not been handed over.
#[derive(Default)]
pub(super) struct Answers {
    kept: Vec<Answer>,
    /// Since when the first of them is there.
    since: Option<Instant>,
}

impl Answers {
    pub fn keep(&mut self, answer: Answer) {
        self.since.get_or_insert_with(Instant::now);
        self.kept.push(answer);
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Takes all of them, if the first one's patience would not last until the `next` one comes.
    pub fn take_due(&mut self, patience: Duration, next: Duration) -> Vec<Answer> {
        let waited = self.since.map(|since| since.elapsed());
        match waited {
            Some(waited) if waited + next > patience => self.take(),
            _ => Vec::new(),
        }
    }

    /// Takes all of them.
    pub fn take(&mut self) -> Vec<Answer> {
        self.since = None;
        std::mem::take(&mut self.kept)
    }
}
