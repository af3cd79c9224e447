//! How many reads are on their way to a process beside this one, for whoever computes on the same cores.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::config::names_loopback;

/// How long a read is expected to be followed by another one.
const LATELY: Duration = Duration::from_secs(1);

/// Reads by key that wait for a PostgreSQL server of the same machine. There are none, ever, where the database is SQLite, which
/// answers in this process, or a server elsewhere, which has other cores.
#[derive(Debug, Clone, Default)]
pub struct OnTheWay(Option<Arc<Seen>>);

#[derive(Debug)]
struct Seen {
    count: AtomicUsize,
    since: Instant,
    /// When the last one began, in milliseconds after `since`, and one more; 0 where there was none.
    last: AtomicU64,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Underway(OnTheWay);

impl OnTheWay {
    /// Those to the server at `url`.
    pub fn to(url: &str) -> Self {
        let is_here = Config::from_str(url).is_ok_and(|config| is_here(&config));
        Self(is_here.then(|| {
            Arc::new(Seen {
                count: AtomicUsize::new(0),
                since: Instant::now(),
                last: AtomicU64::new(0),
            })
        }))
    }

    /// Whether there is any.
    pub fn is_any(&self) -> bool {
        let seen = self.0.as_ref();
        seen.is_some_and(|seen| seen.count.load(Ordering::Relaxed) > 0)
    }

    /// Whether there is any, or one has begun within a second, so that the next one may come at any moment.
    pub fn is_any_near(&self) -> bool {
        self.is_any()
            || self.0.as_ref().is_some_and(|seen| {
                let last = seen.last.load(Ordering::Relaxed);
                last > 0 && Duration::from_millis(seen.now().saturating_sub(last)) < LATELY
            })
    }

    /// One more.
    #[must_use]
    pub fn enter(&self) -> Underway {
        if let Some(seen) = &self.0 {
            seen.count.fetch_add(1, Ordering::Relaxed);
            seen.last.store(seen.now(), Ordering::Relaxed);
        }
        Underway(self.clone())
    }
}

impl Seen {
    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).map_or(u64::MAX, |passed| passed + 1)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some(seen) = &self.0.0 {
            seen.count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Whether the server is one of this machine: at a socket or a loopback address. A name is not looked up: that of a container
/// beside this one says nothing.
fn is_here(config: &Config) -> bool {
    // Where an address is given, the name beside it is only for the certificate.
    if let Some(address) = config.get_hostaddrs().first() {
        return address.is_loopback();
    }
    match config.get_hosts().first() {
        Some(Host::Tcp(name)) => names_loopback(name),
        Some(Host::Unix(_)) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_count_while_they_are_on_their_way_on_this_machine() {
        for url in [
            "postgres://gatepost@127.0.0.1:5432/gatepost",
            "postgres://gatepost@localhost/gatepost",
            "postgres:///gatepost?host=/run/postgresql&user=gatepost",
            "postgres://gatepost@%2Fvar%2Frun%2Fpostgresql/gatepost",
            "host=db hostaddr=::1 user=gatepost",
        ] {
            let reads = OnTheWay::to(url);
            assert!(!reads.is_any_near(), "{url}");
            let one = reads.enter();
            let other = reads.clone().enter();
            drop(one);
            assert!(reads.is_any(), "{url}");
            drop(other);
            assert!(!reads.is_any(), "{url}");
            assert!(reads.is_any_near(), "{url}");
        }
    }

    #[test]
    fn a_read_is_near_for_a_second() {
        let begun = Instant::now().checked_sub(Duration::from_secs(5));
        let reads = OnTheWay(Some(Arc::new(Seen {
            count: AtomicUsize::new(0),
            since: begun.expect("the machine runs for longer"),
            last: AtomicU64::new(0),
        })));
        assert!(!reads.is_any_near());
        drop(reads.enter());
        assert!(reads.is_any_near());
        // As if it had been four seconds ago.
        if let Some(seen) = &reads.0 {
            seen.last.fetch_sub(4000, Ordering::Relaxed);
        }
        assert!(!reads.is_any_near());
    }

    #[test]
    fn reads_elsewhere_do_not_count() {
        for url in [
            "postgres://gatepost@db/gatepost",
            "postgres://gatepost@10.0.0.7/gatepost",
            "host=localhost hostaddr=10.0.0.7 user=gatepost",
            "no address",
        ] {
            let reads = OnTheWay::to(url);
            let _one = reads.enter();
            assert!(!reads.is_any(), "{url}");
            assert!(!reads.is_any_near(), "{url}");
        }
    }
}
