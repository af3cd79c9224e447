//! Stages: where the time of a request goes. What runs outside of a request is measured, and noted nowhere.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use futures_util::FutureExt;

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
    /// The stages that run, the latest last. Of statements that were sent together any may end first.
    running: RefCell<Vec<(u32, Stage)>>,
    /// The number of the next one.
    next: Cell<u32>,
    /// Up to which moment all time is accounted for.
    counted: Cell<Instant>,
    spans: Option<RefCell<Vec<Span>>>,
}

tokio::task_local! {
    static REQUEST: Record;
}

/// Runs the work of a request and answers where its time went.
///
/// Here and below, an `async fn` would hold its work twice: as what it was given, and as what it waits for.
pub fn observe<T>(
    with_spans: bool,
    work: impl Future<Output = T>,
) -> impl Future<Output = (T, Times)> {
    let began = Instant::now();
    let record = Record {
        began,
        own: Default::default(),
        running: RefCell::default(),
        next: Cell::default(),
        counted: Cell::new(began),
        spans: with_spans.then(RefCell::default),
    };
    let work = work.map(|answer| (answer, REQUEST.with(Record::times)));
    REQUEST.scope(record, work)
}

/// Does a part of the work and answers how long it took since this was called. Within a request that is noted.
pub fn timed<T>(
    stage: Stage,
    work: impl Future<Output = T>,
) -> impl Future<Output = (T, Duration)> {
    let begun = Begun::now(stage);
    work.map(|answer| (answer, begun.end()))
}

/// The same for work that does not wait.
pub fn timed_here<T>(stage: Stage, work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Begun::now(stage);
    let answer = work();
    (answer, begun.end())
}

/// A stage that runs. Dropping it ends it, also where its work was given up.
struct Begun {
    at: Instant,
    stage: Stage,
    /// Its number in the request; outside of one there is nobody to tell.
    number: Option<u32>,
}

impl Begun {
    fn now(stage: Stage) -> Self {
        let at = Instant::now();
        let number = REQUEST.try_with(|record| record.begin(stage, at));
        Self {
            at,
            stage,
            number: number.ok(),
        }
    }

    /// Ends it, and answers how long it took. The clock is asked once for both.
    fn end(mut self) -> Duration {
        let now = Instant::now();
        self.note(now);
        now.saturating_duration_since(self.at)
    }

    fn note(&mut self, now: Instant) {
        if let Some(number) = self.number.take() {
            // After the request nobody asks any more.
            let _ = REQUEST.try_with(|record| record.end((number, &*self), now));
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if self.number.is_some() {
            self.note(Instant::now());
        }
    }
}

impl Record {
    /// Gives the time that has passed to the stage that began last: it is the innermost, or one of several that wait together.
    fn count(&self, now: Instant) {
        let passed = now.saturating_duration_since(self.counted.replace(now));
        let running = self.running.borrow();
        let innermost = running
            .last()
            .and_then(|(_, stage)| self.own.get(*stage as usize));
        if let Some(sum) = innermost {
            sum.set(sum.get() + passed);
        }
    }

    fn begin(&self, stage: Stage, now: Instant) -> u32 {
        self.count(now);
        let number = self.next.get();
        self.next.set(number.wrapping_add(1));
        self.running.borrow_mut().push((number, stage));
        number
    }

    fn end(&self, (number, begun): (u32, &Begun), now: Instant) {
        self.count(now);
        self.running.borrow_mut().retain(|(own, _)| *own != number);
        let spans = self.spans.as_ref().map(RefCell::borrow_mut);
        if let Some(mut spans) = spans.filter(|spans| spans.len() < SPANS) {
            spans.push(Span {
                stage: begun.stage,
                offset: begun.at.saturating_duration_since(self.began),
                length: now.saturating_duration_since(begun.at),
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
