//! Drive a server: closed loops (each client sends when it has its answer) and open ones (at fixed times, whatever happens).
//!
//! In an open loop latency counts from the moment at which a request was due, so a server that stalls is charged for every
//! request that had to wait, not for one (no coordinated omission).

use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use super::connection::{Connection, Request};

/// What was measured. Latencies in microseconds.
#[derive(Clone, Debug)]
pub struct Measured {
    pub answered: u64,
    pub failed: u64,
    pub elapsed: Duration,
    pub latency: Histogram<u64>,
}

impl Measured {
    fn new() -> Self {
        Self {
            answered: 0,
            failed: 0,
            elapsed: Duration::ZERO,
            latency: Histogram::new_with_bounds(1, 120_000_000, 3).unwrap(),
        }
    }

    fn note(&mut self, since: Instant, is_good: bool) {
        if is_good {
            self.answered += 1;
        } else {
            self.failed += 1;
        }
        let micros = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.latency.saturating_record(micros.max(1));
    }

    fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.latency.add(&other.latency).unwrap();
    }

    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.elapsed.as_secs_f64()
    }

    /// Milliseconds at a quantile.
    pub fn at(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1000.0
    }
}

/// The requests of a client: its number and that of the request choose one.
pub type Requests = Arc<dyn Fn(usize, usize) -> Request + Send + Sync>;

/// The same request always.
pub fn always(request: Request) -> Requests {
    Arc::new(move |_, _| request.clone())
}

/// `clients` closed loops for `time`. Answers other than 2xx count as failed.
pub async fn closed(port: u16, clients: usize, time: Duration, requests: Requests) -> Measured {
    let began = Instant::now();
    let until = began + time;
    let mut running = JoinSet::new();
    for client in 0..clients {
        let requests = Arc::clone(&requests);
        running.spawn(async move {
            let mut measured = Measured::new();
            let mut connection = Connection::open(port).await.expect("the server listens");
            let mut number = 0;
            while Instant::now() < until {
                let request = requests(client, number);
                number += 1;
                let since = Instant::now();
                match connection.send(&request).await {
                    Ok(answer) => measured.note(since, answer.status / 100 == 2),
                    Err(_) => {
                        measured.note(since, false);
                        connection = Connection::open(port).await.expect("the server listens");
                    }
                }
            }
            measured
        });
    }
    let mut all = Measured::new();
    while let Some(measured) = running.join_next().await {
        all.add(&measured.expect("no panic"));
    }
    all.elapsed = began.elapsed();
    all
}

/// `rate` requests a second for `time`, over as many connections as it takes.
pub async fn open(port: u16, rate: u32, time: Duration, requests: Requests) -> Measured {
    let (began, gap) = (Instant::now(), Duration::from_secs(1) / rate);
    let total = (time.as_secs_f64() * f64::from(rate)) as usize;
    let idle = Arc::new(tokio::sync::Mutex::new(Vec::<Connection>::new()));
    let mut running = JoinSet::new();
    for number in 0..total {
        let due = began + gap * u32::try_from(number).unwrap();
        tokio::time::sleep_until(due.into()).await;
        let (idle, request) = (Arc::clone(&idle), requests(0, number));
        running.spawn(async move {
            let kept = idle.lock().await.pop();
            let mut connection = match kept {
                Some(connection) => connection,
                None => match Connection::open(port).await {
                    Ok(connection) => connection,
                    Err(_) => return (due, Instant::now(), false),
                },
            };
            let answer = connection.send(&request).await;
            let is_good = answer.is_ok_and(|answer| answer.status / 100 == 2);
            if is_good {
                idle.lock().await.push(connection);
            }
            (due, Instant::now(), is_good)
        });
    }
    let mut all = Measured::new();
    while let Some(ended) = running.join_next().await {
        let (due, at, is_good) = ended.expect("no panic");
        if is_good {
            all.answered += 1;
        } else {
            all.failed += 1;
        }
        let micros = u64::try_from(at.duration_since(due).as_micros()).unwrap_or(u64::MAX);
        all.latency.saturating_record(micros.max(1));
    }
    all.elapsed = began.elapsed();
    all
}
