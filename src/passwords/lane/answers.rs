//! Answers on their way out: while others wait for their turn anyway, a few are handed over together.
//!
//! Whoever gets one goes on with his log-in, and takes a core away from a hash for that. What he runs there the hashes have
//! driven out of the processor's caches; ten in a row fetch it once.

use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::{Shared, State, Verdict};

/// The runtime's timer goes by milliseconds: nothing is kept for less.
const TICK: Duration = Duration::from_millis(1);

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
async fn tell(answers: Vec<Answer>) {
    for answer in answers {
        answer.tell();
        yield_now().await;
    }
}

impl Shared {
    /// Keeps an answer as long as the `patience` of whoever is told with it, and sees to it that all that have come by then
    /// are handed over, whatever the hashing threads do meanwhile. Those that are handed over before leave a timer behind: the
    /// next ones may go by it, earlier than they need. Beside reads at a database server of this machine none is kept.
    pub(super) fn keep(self: &Arc<Self>, mut state: MutexGuard<'_, State>, answer: Answer) {
        let patience = state.patience();
        let may_wait = patience >= TICK && !self.reads.is_any_near();
        let Some(runtime) = self.runtime.as_ref().filter(|_| may_wait) else {
            drop(state);
            return answer.tell();
        };
        state.answers.push(answer);
        let is_first = state.answers.len() == 1;
        drop(state);
        if is_first {
            let shared = Arc::clone(self);
            runtime.spawn(async move {
                sleep(patience).await;
                tell(shared.take_answers()).await;
            });
        }
    }

    /// Hands over all answers that are there. Told by this thread, each one would take the core away from it, and be asleep
    /// again before the next one is told.
    pub(super) fn hand_over(&self) {
        let answers = self.take_answers();
        match &self.runtime {
            Some(runtime) if answers.len() > 1 => drop(runtime.spawn(tell(answers))),
            _ => answers.into_iter().for_each(Answer::tell),
        }
    }

    fn take_answers(&self) -> Vec<Answer> {
        std::mem::take(&mut self.lock().answers)
    }
}
