//! How many reads are on their way to a process beside this one, for whoever computes on the same cores.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::config::names_loopback;

/// Reads by key that wait for a PostgreSQL server of the same machine. There are none, ever, where the database is SQLite, which
/// answers in this process, or a server elsewhere, which has other cores.
#[derive(Debug, Clone, Default)]
pub struct OnTheWay(Option<Arc<AtomicUsize>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Underway(OnTheWay);

impl OnTheWay {
    /// Those to the server at `url`.
    pub fn to(url: &str) -> Self {
        let is_here = Config::from_str(url).is_ok_and(|config| is_here(&config));
        Self(is_here.then(Arc::default))
    }

    /// Whether there is any.
    pub fn is_any(&self) -> bool {
        let count = self.0.as_ref();
        count.is_some_and(|count| count.load(Ordering::Relaxed) > 0)
    }

    /// One more.
    #[must_use]
    pub fn enter(&self) -> Underway {
        if let Some(count) = &self.0 {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Underway(self.clone())
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some(count) = &self.0.0 {
            count.fetch_sub(1, Ordering::Relaxed);
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
            let one = reads.enter();
            let other = reads.clone().enter();
            drop(one);
            assert!(reads.is_any(), "{url}");
            drop(other);
            assert!(!reads.is_any(), "{url}");
        }
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
        }
    }
}
