//! The open loop: requests come when the timetable says so, whether or not those before them have been answered.
//!
//! A request's time counts from the moment at which it was meant to be sent. A server that stands still for a second
//! is charged that second by every request that was due in it, as its users would (no coordinated omission).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Connection;
use crate::Result;
use crate::measure::{Histogram, Schedule};

/// How long after the last request answers are waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came of what was offered.
#[derive(Debug, Default)]
pub struct Offered {
    /// How long each took from the moment at which it was meant to be sent.
    pub latency: Histogram,
    /// How much later than meant the generator itself has sent.
    pub late: Histogram,
    /// Answers that were not those that were due, and those that never came.
    pub failed: u64,
    /// Good answers a second, until the last one.
    pub rate: f64,
}

/// Offers requests by the timetable. `status` is the answer that is due.
pub async fn offer(
    address: SocketAddr,
    schedule: Schedule,
    (requests, status): (Vec<Vec<u8>>, u16),
) -> Result<Offered> {
    let requests: Arc<[Vec<u8>]> = requests.into();
    let idle = Arc::new(Mutex::new(Vec::<Connection>::new()));
    let (begin, mut due) = ring(schedule);
    let mut offered = Offered::default();
    let mut asked = JoinSet::new();
    let mut number = 0_usize;
    while let Some(meant) = due.recv().await {
        offered.late.record(meant.elapsed());
        let (requests, idle) = (Arc::clone(&requests), Arc::clone(&idle));
        let place = number % requests.len().max(1);
        number += 1;
        asked.spawn(async move {
            let request = requests.get(place).map_or(&[][..], Vec::as_slice);
            let is_good = ask(address, request, &idle).await == Some(status);
            (is_good, meant.elapsed())
        });
        while let Some(done) = asked.try_join_next() {
            offered.note(done?);
        }
    }
    let waited = tokio::time::timeout(PATIENCE, async {
        while let Some(done) = asked.join_next().await {
            offered.note(done?);
        }
        Ok::<_, tokio::task::JoinError>(())
    });
    if let Ok(done) = waited.await {
        done?;
    } else {
        offered.failed += asked.len() as u64;
    }
    offered.rate = offered.latency.count() as f64 / begin.elapsed().as_secs_f64();
    Ok(offered)
}

impl Offered {
    /// Takes in what came of what was offered at another time, as long.
    pub fn merge(&mut self, other: &Self) {
        self.latency.merge(&other.latency);
        self.late.merge(&other.late);
        self.failed += other.failed;
        self.rate = f64::midpoint(self.rate, other.rate);
    }

    fn note(&mut self, (is_good, took): (bool, Duration)) {
        self.latency.record(took);
        self.failed += u64::from(!is_good);
    }
}

/// Says when a request is due. A thread of its own: the runtime's timer knows whole milliseconds only.
fn ring(schedule: Schedule) -> (Instant, mpsc::UnboundedReceiver<Instant>) {
    let (bell, due) = mpsc::unbounded_channel();
    let begin = Instant::now() + Duration::from_millis(20);
    std::thread::spawn(move || {
        for moment in schedule.moments() {
            let meant = begin + moment;
            let wait = meant.saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                std::thread::sleep(wait);
            }
            if bell.send(meant).is_err() {
                return;
            }
        }
    });
    (begin, due)
}

/// Asks over a connection that lies idle, or else over a new one.
async fn ask(address: SocketAddr, request: &[u8], idle: &Mutex<Vec<Connection>>) -> Option<u16> {
    let lying = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut connection = match lying {
        Some(connection) => connection,
        None => Connection::open(address).await.ok()?,
    };
    let status = connection.ask(request).await.ok()?.status;
    idle.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(connection);
    Some(status)
}
