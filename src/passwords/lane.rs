//! The hashing lane: threads of their own, one memory buffer each, and a bounded queue in front.
//!
//! A hash costs a core for more than ten milliseconds and 19 MiB. On the threads that answer requests, a flood of
//! logins would stop everything else; here it fills a queue, and the queue says so when it is full.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::hash::{self, Cost, Memory};
use crate::config::Config;

/// The lane is full, or the work waited longer than its deadline.
#[derive(Debug, Error)]
#[error("the hashing lane is full")]
pub struct Full;

/// What came out of comparing a password with a stored hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Another password.
    Wrong,
    /// The right one, and its hash is as new ones are.
    Right,
    /// The right one; here is its hash of today's kind and cost, to be kept instead.
    Outdated(String),
}

/// The threads that hash, shared by all that need one.
#[derive(Clone)]
pub struct Lane(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    cost: Cost,
    places: usize,
    deadline: Duration,
    /// Compared against when the account is unknown.
    decoy: String,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

struct Job {
    password: Zeroizing<String>,
    work: Work,
    until: Instant,
}

enum Work {
    Hash(oneshot::Sender<Option<String>>),
    Verify(String, oneshot::Sender<Verdict>),
}

impl Lane {
    /// Starts the threads that the settings ask for.
    pub fn start(config: &Config) -> std::io::Result<Self> {
        let cost = Cost::of(config);
        let lane = Self(Arc::new(Shared {
            queue: Mutex::default(),
            arrived: Condvar::new(),
            cost,
            places: config.passwords.queue,
            deadline: config.passwords.deadline.get(),
            decoy: decoy(cost),
        }));
        for number in 0..config.lanes() {
            let shared = Arc::clone(&lane.0);
            std::thread::Builder::new()
                .name(format!("hash-{number}"))
                .spawn(move || shared.serve())?;
        }
        Ok(lane)
    }

    /// Hashes a new password into a PHC string.
    pub async fn hash(&self, password: &str) -> Result<String, Full> {
        let (sender, receiver) = oneshot::channel();
        self.submit(password, Work::Hash(sender))?;
        receiver.await.ok().flatten().ok_or(Full)
    }

    /// Compares `password` with `stored`. Without a stored hash the answer is `Wrong`, after the same work.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verdict, Full> {
        // Hash anyway: the time must not tell whether the account exists.
        let against = stored.unwrap_or(&self.0.decoy).to_owned();
        let (sender, receiver) = oneshot::channel();
        self.submit(password, Work::Verify(against, sender))?;
        let verdict = receiver.await.map_err(|_| Full)?;
        Ok(if stored.is_some() {
            verdict
        } else {
            Verdict::Wrong
        })
    }

    fn submit(&self, password: &str, work: Work) -> Result<(), Full> {
        let mut queue = self.0.lock();
        if queue.closed || queue.jobs.len() >= self.0.places {
            return Err(Full);
        }
        let until = Instant::now() + self.0.deadline;
        queue.jobs.push_back(Job {
            password: Zeroizing::new(password.to_owned()),
            work,
            until,
        });
        drop(queue);
        self.0.arrived.notify_one();
        Ok(())
    }

    /// Lets the threads end once they have done what waits.
    pub fn close(&self) {
        self.0.lock().closed = true;
        self.0.arrived.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut memory = Memory::default();
        while let Some(job) = self.next() {
            // Whoever asked has been answered by then: the core is worth more to the next one.
            if Instant::now() < job.until {
                self.run(&mut memory, job);
            }
        }
    }

    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            queue = self
                .arrived
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn run(&self, memory: &mut Memory, job: Job) {
        match job.work {
            // A caller that went away needs no answer, and no hash.
            Work::Hash(asker) if !asker.is_closed() => {
                let _ = asker.send(hash::make(memory, self.cost, &job.password));
            }
            Work::Verify(stored, asker) if !asker.is_closed() => {
                let _ = asker.send(self.judge(memory, &stored, &job.password));
            }
            Work::Hash(_) | Work::Verify(..) => {}
        }
    }

    fn judge(&self, memory: &mut Memory, stored: &str, password: &str) -> Verdict {
        if !hash::verify(memory, stored, password) {
            return Verdict::Wrong;
        }
        if !hash::is_outdated(stored, self.cost) {
            return Verdict::Right;
        }
        hash::make(memory, self.cost, password).map_or(Verdict::Right, Verdict::Outdated)
    }
}

/// A hash that no password has, at the cost of a real one.
fn decoy(cost: Cost) -> String {
    let Cost {
        memory_kib: m,
        iterations: t,
        parallelism: p,
    } = cost;
    format!(
        "$argon2id$v=19$m={m},t={t},p={p}$Z2F0ZXBvc3QgZGVjb3kgIQ${}",
        "A".repeat(43)
    )
}
