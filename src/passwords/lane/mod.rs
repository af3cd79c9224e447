//! The hashing lane: threads of their own, one memory buffer each, and a bounded queue in front.
//!
//! A hash costs a core for about ten milliseconds and 19 MiB. On the threads that answer requests, a flood of
//! logins would stop everything else; here it fills a queue, and the queue says so when it is full. `queue.rs` says whose
//! turn it is, `thread.rs` does the work in the memory of `buffers.rs` and lets
//! others go first by `breath.rs`, `answers.rs` hands over what came out of it, `figures.rs`
//! measures it.

mod answers;
mod asker;
mod breath;
mod buffers;
mod figures;
mod queue;
mod thread;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::hash::{self, Cost};
use crate::config::Config;
use crate::db::OnTheWay;
use crate::stages::{self, Stage};
use answers::Answer;
use buffers::Buffers;
use figures::Tally;
use queue::{Place, Queue};

pub use asker::Asker;
pub use figures::Figures;

/// The longest that an answer waits for company, and then a commit: four times what one hash takes, and more gains little.
const PATIENCE: Duration = Duration::from_millis(40);

/// The lane is full, or the work waited longer than its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the hashing lane is full")]
pub struct Full {
    /// When it is worth trying again: what waits now is done by then.
    pub retry_after: Duration,
}

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
    state: Mutex<State>,
    arrived: Condvar,
    /// Where those are who wait, unless the lane was started elsewhere.
    runtime: Option<Handle>,
    buffers: Buffers,
    /// Beside reads no answer waits for company.
    reads: OnTheWay,
    /// Most jobs that may wait, however fast they are done.
    places: usize,
    deadline: Duration,
    /// How many lanes there are, and the least that a hash may cost; both as the settings say.
    lanes: usize,
    configured: Cost,
}

struct State {
    queue: Queue<Job>,
    /// How many have been let in and are not in the queue yet.
    coming: usize,
    closed: bool,
    /// Those that have not been handed over, of all threads.
    answers: Vec<Answer>,
    tally: Tally,
    standard: Arc<Standard>,
}

impl State {
    fn patience(&self) -> Duration {
        PATIENCE.min(self.tally.time_of(self.queue.len()) / 4)
    }
}

/// What new hashes cost, and which stored ones are replaced by new ones.
struct Standard {
    cost: Cost,
    /// The cost was measured: it differs between starts and nodes, so that only weaker hashes are replaced.
    floor: Option<Cost>,
    /// Compared against when the account is unknown.
    decoy: String,
}

struct Job {
    password: Zeroizing<String>,
    work: Work,
    until: Instant,
}

enum Work {
    Hash(oneshot::Sender<String>),
    Verify(String, oneshot::Sender<Verdict>),
}

/// Somebody for whom the lane works.
pub struct Share<'a> {
    lane: &'a Lane,
    asker: Asker,
    room: Option<Room<'a>>,
}

/// A place that is kept for somebody who is on the way to the queue.
struct Room<'a>(&'a Shared);

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.0.lock().coming -= 1;
    }
}

impl Lane {
    /// Starts the threads that the settings ask for. They let `reads` go first.
    pub fn start(config: &Config, reads: &OnTheWay) -> std::io::Result<Self> {
        let cost = Cost::of(config);
        let floor = config.passwords.calibrate.then_some(cost);
        let lanes = config.lanes();
        let lane = Self(Arc::new(Shared {
            state: Mutex::new(State {
                queue: Queue::default(),
                coming: 0,
                closed: false,
                answers: Vec::new(),
                tally: Tally::new(lanes, cost),
                standard: Arc::new(Standard::new(cost, floor)),
            }),
            arrived: Condvar::new(),
            runtime: Handle::try_current().ok(),
            buffers: Buffers::new(lanes, config.passwords.memory_budget.bytes(), reads),
            reads: reads.clone(),
            places: config.passwords.queue,
            deadline: config.passwords.deadline.get(),
            lanes,
            configured: cost,
        }));
        for number in 0..lanes {
            let shared = Arc::clone(&lane.0);
            std::thread::Builder::new()
                .name(format!("hash-{number}"))
                .spawn(move || shared.serve(number))?;
        }
        Ok(lane)
    }

    /// What new hashes cost.
    pub fn cost(&self) -> Cost {
        self.0.lock().standard.cost
    }

    /// Lets new hashes cost what was measured to be affordable, and no less than the settings say.
    pub fn raise_to(&self, cost: Cost) {
        if cost.work() >= self.0.configured.work() {
            let standard = Standard::new(cost, Some(self.0.configured));
            let mut state = self.0.lock();
            state.tally.guess(cost);
            state.standard = Arc::new(standard);
        }
    }

    /// The lane as `asker` sees it: with a fair share for each network and each account.
    pub fn share(&self, asker: Asker) -> Share<'_> {
        Share {
            lane: self,
            asker,
            room: None,
        }
    }

    /// The same for somebody for whom other work is done first, or a refusal if he would find no place: in a flood, those
    /// who are refused are the most, and must cost next to nothing.
    pub fn enter(&self, asker: Asker) -> Result<Share<'_>, Full> {
        let mut state = self.0.lock();
        let places = self.0.places(&state);
        // Who waits for his turn with an account is on the way as well. All of them must not keep everybody else out.
        let coming = state.coming.min(places / 4);
        if !state.queue.has_room(&asker.flows, places - coming) {
            state.tally.refused += 1;
            drop(state);
            return Err(self.0.full());
        }
        state.coming += 1;
        drop(state);
        let room = Some(Room(&self.0));
        Ok(Share {
            lane: self,
            asker,
            room,
        })
    }

    /// Hashes a new password into a PHC string, for this program itself.
    pub async fn hash(&self, password: &str) -> Result<String, Full> {
        self.share(Asker::house()).hash(password).await
    }

    /// Compares `password` with `stored`, for this program itself.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verdict, Full> {
        self.share(Asker::house()).verify(password, stored).await
    }

    /// How long whoever comes now can spend on something else before it costs him time: a quarter of what he would wait for
    /// his turn, at most 40 ms; nothing where nobody waits.
    pub fn patience(&self) -> Duration {
        self.0.lock().patience()
    }

    /// What it does just now, and what it has done.
    pub fn figures(&self) -> Figures {
        let memory = self.0.buffers.bytes();
        let state = &mut *self.0.lock();
        let places = self.0.places(state);
        let tally = &mut state.tally;
        let (running, busy_share) = (tally.running(), tally.busy_share());
        Figures {
            lanes: self.0.lanes,
            places,
            running,
            done: tally.done,
            refused: tally.refused,
            expired: tally.expired,
            abandoned: tally.abandoned,
            hash_seconds: tally.mean.as_secs_f64(),
            per_second: tally.per_second(),
            busy_share,
            busy_seconds: tally.busy().as_secs_f64(),
            memory,
            queued: state.queue.len(),
        }
    }

    /// Lets the threads end once they have done what waits.
    pub fn close(&self) {
        self.0.lock().closed = true;
        self.0.arrived.notify_all();
    }
}

impl Share<'_> {
    /// Hashes a new password into a PHC string.
    pub async fn hash(self, password: &str) -> Result<String, Full> {
        self.ask(password, Work::Hash).await
    }

    /// Compares `password` with `stored`. Without a stored hash the answer is `Wrong`, after the same work.
    pub async fn verify(self, password: &str, stored: Option<&str>) -> Result<Verdict, Full> {
        // Hash anyway: the time must not tell whether the account exists.
        let against = match stored {
            Some(stored) => stored.to_owned(),
            None => self.lane.0.lock().standard.decoy.clone(),
        };
        let verdict = self
            .ask(password, |sender| Work::Verify(against, sender))
            .await?;
        Ok(if stored.is_some() {
            verdict
        } else {
            Verdict::Wrong
        })
    }

    async fn ask<T>(
        self,
        password: &str,
        work: impl FnOnce(oneshot::Sender<T>) -> Work,
    ) -> Result<T, Full> {
        let shared = &self.lane.0;
        let (sender, mut receiver) = oneshot::channel();
        let until = self.asker.since + shared.deadline;
        let job = Job {
            password: Zeroizing::new(password.to_owned()),
            work: work(sender),
            until,
        };
        drop(self.room);
        let waiting = shared.submit(self.asker, job)?;
        let (answered, _) = stages::timed(
            Stage::Hash,
            tokio::time::timeout_at(until.into(), &mut receiver),
        )
        .await;
        let answer = match answered {
            Ok(answer) => answer,
            // Nobody has begun with it: it is answered now, and not when a thread comes to it.
            Err(_) if waiting.withdraw(|tally| &mut tally.expired) => return Err(shared.full()),
            Err(_) => receiver.await,
        };
        answer.map_err(|_| shared.full())
    }
}

/// A job in the queue. Whoever goes away takes it with him, so that others have the place.
struct Waiting<'a> {
    shared: &'a Shared,
    place: Place,
}

impl Waiting<'_> {
    /// Takes the job out of the queue and counts it, if nobody has begun with it.
    fn withdraw(&self, counter: impl FnOnce(&mut Tally) -> &mut u64) -> bool {
        let mut state = self.shared.lock();
        let job = state.queue.remove(self.place);
        if job.is_some() {
            *counter(&mut state.tally) += 1;
        }
        job.is_some()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.withdraw(|tally| &mut tally.abandoned);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many may wait: as many as are done before the deadline of the last one, going by what hashes take lately.
    fn places(&self, state: &State) -> usize {
        let mean = state.tally.mean.max(Duration::from_nanos(1));
        // A little less, because the mean is only a mean: who is let in should be served.
        let in_time = self.deadline.as_nanos() * 7 / 8 / mean.as_nanos();
        let in_time = usize::try_from(in_time).unwrap_or(usize::MAX);
        let in_time = in_time.saturating_mul(self.lanes).max(self.lanes);
        self.places.min(in_time)
    }

    fn submit(&self, asker: Asker, job: Job) -> Result<Waiting<'_>, Full> {
        let mut state = self.lock();
        let places = self.places(&state);
        let pushed = if state.closed {
            None
        } else {
            state.queue.push(asker.flows, job, places)
        };
        let Some((place, displaced)) = pushed else {
            state.tally.refused += 1;
            drop(state);
            return Err(self.full());
        };
        if displaced.is_some() {
            state.tally.refused += 1;
        }
        drop(state);
        // Whoever had the place is told at once, because what would have answered him is gone.
        drop(displaced);
        self.arrived.notify_one();
        Ok(Waiting {
            shared: self,
            place,
        })
    }

    fn full(&self) -> Full {
        let state = self.lock();
        let ahead = state.queue.len() + state.tally.running();
        Full {
            retry_after: state.tally.time_of(ahead),
        }
    }
}

impl Standard {
    fn new(cost: Cost, floor: Option<Cost>) -> Self {
        Self {
            cost,
            floor,
            decoy: hash::decoy(cost),
        }
    }
}
