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
    sending: usize,
    finished: usize,
    called_off: usize,
    /// When the last request ended; in the beginning, when the connection was made.
    quiet_since: Instant,
    /// When a header began to arrive that is not complete.
    head_since: Option<Instant>,
    /// Since when the other end takes nothing of what is written.
    stalled_since: Option<Instant>,
    /// When a piece of an answer was last handed on.
    sent_at: Instant,
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
                sending: 0,
                finished: 0,
                called_off: 0,
                quiet_since: now,
                head_since: None,
                stalled_since: None,
                sent_at: now,
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

    /// Notes that a piece of an answer was handed on.
    pub(super) fn note_sent(&self) {
        self.state().sent_at = Instant::now();
    }

    /// Whether no request is being worked on and no answer sent.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        state.running == 0 && state.sending == 0
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
        let mut due = match (state.running + state.sending, state.head_since) {
            (0, Some(head)) => (head.max(state.quiet_since) + patience.header, Verdict::Cut),
            (0, None) if state.finished == 0 => (state.quiet_since + patience.header, Verdict::Cut),
            (0, None) => (state.quiet_since + patience.idle, Verdict::Close),
            // Whoever computes has a deadline of his own; far enough, and looked at again then.
            _ => (
                Instant::now() + patience.idle + patience.stall,
                Verdict::Close,
            ),
        };
        if state.sending > 0 {
            due = due.min((state.sent_at + patience.stall, Verdict::Cut));
        }
        if let Some(stalled) = state.stalled_since {
            due = due.min((stalled + patience.stall, Verdict::Cut));
        }
        due
    }

    /// How long a connection that was told of its end may take to go.
    pub(super) fn farewell(&self) -> Duration {
        self.patience.stall
    }
}

/// A request from its header to the last byte of its answer.
pub(super) struct Ongoing {
    activity: Arc<Activity>,
    is_sending: bool,
}

impl Ongoing {
    pub fn begin(activity: &Arc<Activity>) -> Self {
        activity.state().running += 1;
        Self {
            activity: Arc::clone(activity),
            is_sending: false,
        }
    }

    /// The answer is there, and is being sent from now on.
    pub fn sending(mut self) -> Self {
        let mut state = self.activity.state();
        state.running -= 1;
        state.sending += 1;
        state.sent_at = Instant::now();
        drop(state);
        self.is_sending = true;
        self
    }

    /// A piece was handed on.
    pub fn note_sent(&self) {
        self.activity.note_sent();
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        let mut state = self.activity.state();
        if self.is_sending {
            state.sending -= 1;
            state.finished += 1;
        } else {
            state.running -= 1;
            state.called_off += 1;
        }
        state.quiet_since = Instant::now();
    }
}
