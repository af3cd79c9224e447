//! Stages: where the time of a request goes. What runs outside of a request is measured, and noted nowhere.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// A part of the work on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the body and judging the input.
    Parse,
    /// Finding out who is asking, without the reads of the database for it.
    Credentials,
    /// Waiting for statements, and for a connection to send them over.
    Database,
    /// Waiting for the hashing lane, and hashing.
    Hash,
    /// Making a transaction durable.
    Commit,
    /// Rendering a page or a mail.
    Render,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 6] = [
        Self::Parse,
        Self::Credentials,
        Self::Database,
        Self::Hash,
        Self::Commit,
        Self::Render,
    ];

    /// As logs and traces name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Credentials => "credentials",
            Self::Database => "database",
            Self::Hash => "hash",
            Self::Commit => "commit",
            Self::Render => "render",
        }
    }
}

/// Spans that are kept of one request; a list of a thousand statements needs no line each.
const SPANS: usize = 64;

/// A stage that has come to its end.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// What it was.
    pub stage: Stage,
    /// From the beginning of the request to its own.
    pub offset: Duration,
    /// How long it took.
    pub length: Duration,
}

/// What is known of a request at its end.
#[derive(Debug, Clone, Default)]
pub struct Times {
    own: [Duration; Stage::ALL.len()],
    /// The stages in the order in which they ended; none unless they were asked for.
    pub spans: Vec<Span>,
}

impl Times {
    /// The time of a stage, without that of stages within it.
    pub fn of(&self, stage: Stage) -> Duration {
        self.own.get(stage as usize).copied().unwrap_or_default()
    }
}

struct Record {
    began: Instant,
    own: [Cell<Duration>; Stage::ALL.len()],
    /// The time of stages that have ended within the one that runs.
    within: Cell<Duration>,
    spans: Option<RefCell<Vec<Span>>>,
}

tokio::task_local! {
    static REQUEST: Record;
}

/// Runs the work of a request and answers where its time went.
pub async fn observe<T>(with_spans: bool, work: impl Future<Output = T>) -> (T, Times) {
    let record = Record {
        began: Instant::now(),
        own: Default::default(),
        within: Cell::default(),
        spans: with_spans.then(RefCell::default),
    };
    REQUEST
        .scope(record, async move {
            let answer = work.await;
            (answer, REQUEST.with(Record::times))
        })
        .await
}

/// Does a part of the work and answers how long it took. Within a request that is noted.
pub async fn timed<T>(stage: Stage, work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Begun::now();
    let answer = work.await;
    (answer, begun.end(stage))
}

/// The same for work that does not wait.
pub fn timed_here<T>(stage: Stage, work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Begun::now();
    let answer = work();
    (answer, begun.end(stage))
}

struct Begun {
    at: Instant,
    /// What had passed within the stage around this one.
    within: Duration,
}

impl Begun {
    fn now() -> Self {
        let within = REQUEST.try_with(|record| record.within.take());
        Self {
            at: Instant::now(),
            within: within.unwrap_or_default(),
        }
    }

    fn end(&self, stage: Stage) -> Duration {
        let length = self.at.elapsed();
        // Outside of a request there is nobody to tell.
        let _ = REQUEST.try_with(|record| record.note(self, (stage, length)));
        length
    }
}

impl Record {
    fn note(&self, begun: &Begun, (stage, length): (Stage, Duration)) {
        let own = length.saturating_sub(self.within.get());
        if let Some(sum) = self.own.get(stage as usize) {
            sum.set(sum.get() + own);
        }
        self.within.set(begun.within + length);
        let spans = self.spans.as_ref().map(RefCell::borrow_mut);
        if let Some(mut spans) = spans.filter(|spans| spans.len() < SPANS) {
            let offset = begun.at.saturating_duration_since(self.began);
            spans.push(Span {
                stage,
                offset,
                length,
            });
        }
    }

    fn times(&self) -> Times {
        Times {
            own: self.own.each_ref().map(Cell::get),
            spans: self.spans.as_ref().map(RefCell::take).unwrap_or_default(),
        }
    }
}
