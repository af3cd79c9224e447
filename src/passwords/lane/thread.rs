//! The threads of the lane: each does one job after another, below the priority of those that answer requests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use argon2_kernel::Memory;

use super::answers::Answer;
use super::{Job, Shared, Standard, Verdict, Work};
use crate::passwords::hash;

/// How much further back than the threads that answer requests (0 to 19).
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
/// A lane that has had nothing to do for so long gives its memory back.
const IDLE: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_hours(1);

impl Shared {
    /// Works until the lane is closed and its queue empty.
    pub(super) fn serve(self: &Arc<Self>, number: usize) {
        step_back();
        loop {
            match self.next(number) {
                Next::Job(job, standard) => {
                    // A fault of the program in one job must not cost the lane a thread for good.
                    let done = catch_unwind(AssertUnwindSafe(|| self.run(number, job, &standard)));
                    if done.is_err() {
                        tracing::error!("hashing a password has failed by a fault of the program");
                    }
                    self.end(number, done.ok().flatten());
                }
                Next::Idle => self.buffers.release(number),
                Next::End => return,
            }
        }
    }

    fn next(&self, number: usize) -> Next {
        let idle = Instant::now() + IDLE;
        let mut state = self.lock();
        loop {
            while let Some(job) = state.queue.pop() {
                // Whoever asked is being answered just now: the core is worth more to the next one.
                if job.until <= Instant::now() {
                    state.tally.expired += 1;
                    continue;
                }
                state.tally.begin(number);
                return Next::Job(job, Arc::clone(&state.standard));
            }
            // Nobody waits, so nothing is gained by keeping others waiting.
            if !state.answers.is_empty() {
                drop(state);
                self.hand_over();
                state = self.lock();
                continue;
            }
            if state.closed {
                return Next::End;
            }
            let left = idle.saturating_duration_since(Instant::now());
            if left.is_zero() && self.buffers.holds(number) {
                return Next::Idle;
            }
            // With nothing to give back there is nothing to wake up for.
            let left = if left.is_zero() { LONG } else { left };
            state = wait(&self.arrived, state, left);
        }
    }

    /// Notes that a job is done.
    fn end(self: &Arc<Self>, number: usize, answer: Option<Answer>) {
        let mut state = self.lock();
        state.tally.end(number);
        if let Some(answer) = answer {
            self.keep(state, answer);
        }
    }

    fn run(&self, number: usize, job: Job, standard: &Standard) -> Option<Answer> {
        match job.work {
            Work::Hash(asker) => {
                let need = standard.cost.bytes();
                let made = self.buffers.with(number, need, |memory| {
                    hash::make(memory, standard.cost, &job.password)
                });
                Some(Answer::Hash(asker, made.flatten()?))
            }
            Work::Verify(stored, asker) => {
                let need = hash::bytes_of(&stored, standard.cost);
                let verdict = self.buffers.with(number, need, |memory| {
                    judge(memory, standard, &stored, &job.password)
                });
                if need > standard.cost.bytes() {
                    self.buffers.release(number);
                }
                Some(Answer::Verdict(asker, verdict?))
            }
        }
    }
}

enum Next {
    Job(Job, Arc<Standard>),
    Idle,
    End,
}

fn wait<'a, T>(condition: &Condvar, guard: MutexGuard<'a, T>, most: Duration) -> MutexGuard<'a, T> {
    let waited = condition.wait_timeout(guard, most);
    waited.unwrap_or_else(PoisonError::into_inner).0
}

fn judge(memory: &mut Memory, standard: &Standard, stored: &str, password: &str) -> Verdict {
    if !hash::verify(memory, stored, password) {
        return Verdict::Wrong;
    }
    if !hash::is_outdated(stored, standard.cost, standard.floor) {
        return Verdict::Right;
    }
    hash::make(memory, standard.cost, password).map_or(Verdict::Right, Verdict::Outdated)
}

/// Lets requests go first: on a machine that is full of logins, a cheap read must not wait for a hash.
fn step_back() {
    // On Linux the priority is the thread's; elsewhere it would be that of the whole process.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "the hashing threads keep the priority of the others");
    }
}
