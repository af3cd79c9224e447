//! What a connection is doing at the moment, and how long that may take.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::config::Config;

/// Requests that one connection may call off before it has to have let some finish: to ask and to call off at once costs a
/// client nothing and the server its work (HTTP/2 rapid reset, CVE-2023-44487).
const CALLED_OFF: usize = 100;

/// An answer that lies for so long is left lying.
const NEGLECT: Duration = Duration::from_secs(1);

/// How long a connection on which nothing runs may take to go when the server stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long each thing may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    header: Duration,
    idle: Duration,
    stall: Duration,
}

/// A connection as its limits see it. Noted by those who read, write and answer; asked by the one who ends it.
#[derive(Debug)]
pub(in crate::http) struct Activity {
    patience: Patience,
    state: Mutex<State>,
    evicted: Notify,
    is_ending: AtomicBool,
}

#[derive(Debug)]
struct State {
    /// Requests that are being worked on.
    running: usize,
    /// Answers of which a part is still to be sent.
    sending: Vec<Sending>,
    /// The number of the next answer.
    next: u64,
    finished: usize,
    called_off: usize,
    /// When the last request ended; in the beginning, when the connection was made.
    quiet_since: Instant,
    /// When a header began to arrive that is not complete.
    head_since: Option<Instant>,
    /// Since when the other end takes nothing of what is written.
    stalled_since: Option<Instant>,
}

/// An answer on its way. There may be a hundred on one connection of HTTP/2, and each has to get on.
#[derive(Debug)]
struct Sending {
    number: u64,
    /// Since when the other end has to take what there is of it; `None` while there is nothing yet.
    lies_since: Option<Instant>,
}

/// What is to be done with a connection whose time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Nothing runs on it: it is told that it ends.
    Close,
    /// It is ended at once.
    Cut,
}

impl Patience {
    pub fn of(config: &Config) -> Self {
        Self {
            header: config.http.header_deadline.get(),
            idle: config.http.idle.get(),
            stall: config.http.stall.get(),
        }
    }
}

impl Activity {
    pub(super) fn begin(patience: Patience) -> Arc<Self> {
        let now = Instant::now();
        Arc::new(Self {
            patience,
            state: Mutex::new(State {
                running: 0,
                sending: Vec::new(),
                next: 0,
                finished: 0,
                called_off: 0,
                quiet_since: now,
                head_since: None,
                stalled_since: None,
            }),
            evicted: Notify::new(),
            is_ending: AtomicBool::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a header begins, or that it is complete.
    pub fn note_head(&self, has_begun: bool) {
        self.state().head_since = has_begun.then(Instant::now);
    }

    /// Notes whether the other end takes what is written.
    pub fn note_stall(&self, is_stalled: bool) {
        self.state().stalled_since = is_stalled.then(Instant::now);
    }

    /// Whether no request is being worked on and no answer sent.
    pub(super) fn is_idle(&self) -> bool {
        self.state().is_idle()
    }

    /// Whether all that there is to do is left lying by the other end, and has been for a while.
    pub(super) fn is_neglected(&self) -> bool {
        let state = self.state();
        let is_left = |since: Instant| since.elapsed() >= NEGLECT;
        state.running == 0
            && (state.stalled_since.is_some_and(is_left)
                || !state.sending.is_empty()
                    && state
                        .sending
                        .iter()
                        .all(|sending| sending.lies_since.is_some_and(is_left)))
    }

    /// Lets the next answer be the last one.
    pub(super) fn end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Whether the next answer is the last one.
    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    /// Ends the connection, to make room for another.
    pub(super) fn evict(&self) {
        self.evicted.notify_one();
    }

    /// Comes back when the connection has to make room.
    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// When the connection has to have got on, and what is to be done with it if it has not.
    pub(super) fn due(&self) -> (Instant, Verdict) {
        let (state, patience) = (self.state(), &self.patience);
        if state.called_off > CALLED_OFF + state.finished {
            return (state.quiet_since, Verdict::Cut);
        }
        let mut due = match state.head_since {
            // Whoever computes has a deadline of his own; far enough, and looked at again then.
            _ if !state.is_idle() => {
                let far = Instant::now() + patience.idle + patience.stall;
                (far, Verdict::Close)
            }
            Some(head) => (head.max(state.quiet_since) + patience.header, Verdict::Cut),
            None if state.finished == 0 => (state.quiet_since + patience.header, Verdict::Cut),
            None => (state.quiet_since + patience.idle, Verdict::Close),
        };
        let answers = state
            .sending
            .iter()
            .filter_map(|sending| sending.lies_since);
        for lies_since in answers.chain(state.stalled_since) {
            due = due.min((lies_since + patience.stall, Verdict::Cut));
        }
        due
    }

    /// How long a connection that was told of its end, and on which nothing runs, may take to go.
    pub(super) fn farewell(&self) -> Duration {
        if self.is_ending() {
            return FAREWELL.min(self.patience.stall);
        }
        self.patience.stall
    }
}

impl State {
    fn is_idle(&self) -> bool {
        self.running == 0 && self.sending.is_empty() && self.stalled_since.is_none()
    }
}

/// A request from its header to the last byte of its answer.
pub(super) struct Ongoing {
    activity: Arc<Activity>,
    /// The number of its answer, when that is being sent.
    sending: Option<u64>,
    has_ended: bool,
}

impl Ongoing {
    pub fn begin(activity: &Arc<Activity>) -> Self {
        activity.state().running += 1;
        Self {
            activity: Arc::clone(activity),
            sending: None,
            has_ended: false,
        }
    }

    /// The answer is there, and is being sent from now on.
    pub fn sending(mut self) -> Self {
        let mut state = self.activity.state();
        state.running -= 1;
        let number = state.next;
        state.next += 1;
        state.sending.push(Sending {
            number,
            lies_since: Some(Instant::now()),
        });
        drop(state);
        self.sending = Some(number);
        self
    }

    /// A piece was handed on, and the next one lies there; or there is none yet.
    pub fn note_piece(&self, is_there: bool) {
        let mut state = self.activity.state();
        let mut all = state.sending.iter_mut();
        if let Some(sending) = all.find(|sending| Some(sending.number) == self.sending) {
            sending.lies_since = is_there.then(Instant::now);
        }
    }

    /// All of it was handed on.
    pub fn note_end(&mut self) {
        self.has_ended = true;
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        let mut state = self.activity.state();
        match self.sending {
            Some(number) => state.sending.retain(|sending| sending.number != number),
            None => state.running -= 1,
        }
        if self.has_ended {
            state.finished += 1;
        } else {
            state.called_off += 1;
        }
        state.quiet_since = Instant::now();
    }
}
