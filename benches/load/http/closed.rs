//! The closed loop: so many callers, each of whom asks again as soon as he has his answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Connection, Reply};
use crate::Result;
use crate::measure::Histogram;

/// Whoever is refused at once must not ask a million times …
const LEAST_PAUSE: Duration = Duration::from_millis(10);
/// … nor, when he was told to wait, sleep through the whole round.
const MOST_PAUSE: Duration = Duration::from_secs(1);

/// Somebody who asks: writes a request, and looks at the answer.
pub trait Actor: Send {
    /// Writes the next request into `out`, and answers of which kind it is.
    fn request(&mut self, out: &mut Vec<u8>) -> usize;

    /// Whether the answer is the one that was due; learns from it what the next request needs.
    fn accepts(&mut self, reply: &Reply<'_>) -> bool;
}

/// How long a round lasts.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// What is not counted, first.
    pub warm: Duration,
    /// What is counted.
    pub counted: Duration,
}

impl Rounds {
    /// The same, but no shorter than some turns of every caller, each of which takes so many seconds: a program that has not
    /// answered everybody once has only just begun. `turns`: those that are not counted, and those that are.
    pub fn for_turns(self, seconds: f64, turns: (f64, f64)) -> Self {
        let (warm, counted) = turns;
        Self {
            warm: self.warm.max(Duration::from_secs_f64(warm * seconds)),
            counted: self.counted.max(Duration::from_secs_f64(counted * seconds)),
        }
    }
}

/// What came of a round.
#[derive(Debug, Clone, Default)]
pub struct Round {
    /// Answers that arrived within the counted time, by kind, with how long they took.
    pub kinds: Vec<Histogram>,
    /// Answers that said "come back later", and were obeyed.
    pub refused: u64,
    /// Other answers that were not those that were due.
    pub failed: u64,
    /// What the first of those was.
    pub fault: Option<String>,
    /// The counted time in seconds.
    pub seconds: f64,
}

impl Round {
    /// All kinds together.
    pub fn all(&self) -> Histogram {
        let mut all = Histogram::default();
        for kind in &self.kinds {
            all.merge(kind);
        }
        all
    }

    /// Good answers a second.
    pub fn rate(&self) -> f64 {
        let count: u64 = self.kinds.iter().map(Histogram::count).sum();
        count as f64 / self.seconds
    }

    fn note(&mut self, kind: usize, took: Duration) {
        if self.kinds.len() <= kind {
            self.kinds.resize_with(kind + 1, Histogram::default);
        }
        if let Some(kind) = self.kinds.get_mut(kind) {
            kind.record(took);
        }
    }

    fn fail(&mut self, fault: String) {
        self.failed += 1;
        self.fault.get_or_insert(fault);
    }

    /// Both together: of other callers at the same time, whose own time is nought, or of another time.
    pub fn merge(&mut self, other: Self) {
        self.seconds += other.seconds;
        for (kind, histogram) in other.kinds.iter().enumerate() {
            if self.kinds.len() <= kind {
                self.kinds.resize_with(kind + 1, Histogram::default);
            }
            if let Some(own) = self.kinds.get_mut(kind) {
                own.merge(histogram);
            }
        }
        self.refused += other.refused;
        self.failed += other.failed;
        self.fault = self.fault.take().or(other.fault);
    }
}

/// Lets each actor ask over a connection of his own until the time is over. What is still asked then is not waited for.
pub async fn closed<A: Actor + 'static>(
    address: SocketAddr,
    actors: impl IntoIterator<Item = A>,
    rounds: Rounds,
) -> Result<Round> {
    let begin = Instant::now() + rounds.warm;
    let end = begin + rounds.counted;
    let mut callers = JoinSet::new();
    for actor in actors {
        let connection = Connection::open(address).await?;
        callers.spawn(call(connection, actor, (begin, end)));
    }
    let mut round = Round {
        seconds: rounds.counted.as_secs_f64(),
        ..Round::default()
    };
    while let Some(done) = callers.join_next().await {
        round.merge(done?);
    }
    Ok(round)
}

async fn call<A: Actor>(
    mut connection: Connection,
    mut actor: A,
    (begin, end): (Instant, Instant),
) -> Round {
    let (mut round, mut request) = (Round::default(), Vec::new());
    let deadline = tokio::time::sleep_until(end.into());
    tokio::pin!(deadline);
    loop {
        request.clear();
        let kind = actor.request(&mut request);
        let sent = Instant::now();
        let answer = tokio::select! {
            biased;
            answer = connection.ask(&request) => answer,
            () = &mut deadline => return round,
        };
        let now = Instant::now();
        if now >= end {
            return round;
        }
        let (fault, pause) = match answer {
            Ok(reply) if actor.accepts(&reply) => {
                if now >= begin {
                    round.note(kind, now - sent);
                }
                continue;
            }
            Ok(reply) => match reply.retry_after() {
                Some(seconds) => (None, Duration::from_secs(seconds).min(MOST_PAUSE)),
                None => (Some(reply.in_words()), LEAST_PAUSE),
            },
            Err(error) => (Some(error.to_string()), LEAST_PAUSE),
        };
        match fault {
            Some(fault) => round.fail(fault),
            None => round.refused += u64::from(now >= begin),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = &mut deadline => return round,
        }
    }
}
