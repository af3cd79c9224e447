//! A hot standby of the PostgreSQL server: lists that may be a moment old are read there, as long as it is near enough.
//!
//! A feature says so by `db.read(Age::Late, …)`. How near the standby is, is known from the primary alone: twice a second or more often
//! it is noted how far the primary's log (WAL) has come, and of each connection to the standby it is asked how far that one is.
//! No clock of another machine is believed, an idle primary makes no standby look late, and one that has lost its primary falls behind.

mod examine;
mod judge;
mod place;
mod reader;
mod track;
mod watch;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{Object, Pool, PoolError, TimeoutType};
use tokio::sync::watch as channel;

use super::{Db, Fault, Result, postgres};
use crate::metering::{Counter, Tally};
use place::Place;
use track::Track;

pub use examine::ReplicaSeen;
pub use judge::Standing;
pub use reader::{Age, Reader};

/// How long a read waits for a connection to the standby. The primary is there, so not for long.
const WAIT: Duration = Duration::from_secs(1);

/// A standby beside the primary.
pub(super) struct Replica {
    pool: Pool,
    /// A connection of the watcher's own: lists that hold all others must not make the standby look away.
    watcher: Pool,
    lag_max: Duration,
    is_followed: AtomicBool,
    known: Mutex<Known>,
    /// Whether it does not answer: whoever waits for an answer gives up.
    away: channel::Sender<bool>,
    reads: Counter,
    fallbacks: Tally,
}

/// What is known of it.
#[derive(Default)]
struct Known {
    track: Track,
    standing: Standing,
    lag: Option<Duration>,
}

/// How the standby is, as this process sees it, and how often it was of use.
#[derive(Debug, Clone)]
pub struct ReplicaState {
    /// How it stands.
    pub standing: Standing,
    /// How far it was behind when it was last asked.
    pub lag: Option<Duration>,
    /// Lists that were read there.
    pub reads: u64,
    /// Lists that were to be read there and came from the primary, by the reason.
    pub fallbacks: Vec<(&'static str, u64)>,
}

impl Db {
    /// The same database, and beside it the standby at `url`. Nothing is asked there before [`Db::follow_replica`].
    pub fn with_replica(self, url: &str, connections: usize, lag_max: Duration) -> Result<Self> {
        let Self::Postgres(primary) = self else {
            return Err(Fault::Other("SQLite has no replicas".into()));
        };
        let replica = Arc::new(Replica {
            pool: pool(url, connections)?,
            watcher: pool(url, 1)?,
            lag_max,
            is_followed: AtomicBool::new(false),
            known: Mutex::default(),
            away: channel::Sender::new(false),
            reads: Counter::default(),
            fallbacks: Tally::default(),
        });
        Ok(Self::Postgres(primary.beside(Some(replica))))
    }

    /// Whether lists may be read at a standby.
    pub fn has_replica(&self) -> bool {
        self.replica().is_some_and(|replica| replica.is_followed())
    }

    /// How the standby is, if lists may be read there.
    pub fn replica_state(&self) -> Option<ReplicaState> {
        let replica = self.replica().filter(|replica| replica.is_followed())?;
        let known = replica.known();
        Some(ReplicaState {
            standing: known.standing,
            lag: known.lag,
            reads: replica.reads.get(),
            fallbacks: replica.fallbacks.all(),
        })
    }

    fn replica(&self) -> Option<&Arc<Replica>> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(db) => db.replica(),
        }
    }
}

fn pool(url: &str, connections: usize) -> Result<Pool> {
    let pool = postgres::pool("database.replica_url", url)?
        .max_size(connections)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .recycle_timeout(Some(WAIT));
    let pool = pool.build();
    pool.map_err(|error| Fault::Other(error.to_string()))
}

impl Replica {
    pub(super) fn close(&self) {
        self.pool.close();
        self.watcher.close();
    }

    /// Connections that lie idle may hang: they are not used again.
    fn forget_idle(&self) {
        self.pool.retain(|_, _| false);
        self.watcher.retain(|_, _| false);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Relaxed)
    }

    /// A connection on which a list may be read that is so old, or why there is none.
    async fn connect(&self, age: Age) -> Result<Object, &'static str> {
        let standing = self.known().standing;
        match (standing, age) {
            // How far it has come is asked below.
            (Standing::Near, _) | (Standing::Behind | Standing::Unknown, Age::After(_)) => {}
            _ => return Err(standing.word()),
        }
        let connection = match self.or_gone(self.pool.get()).await {
            Some(Ok(connection)) => connection,
            Some(Err(PoolError::Timeout(TimeoutType::Wait))) => return Err("busy"),
            _ => return Err(self.suspect()),
        };
        let place = self.or_gone(Place::of_standby(&connection)).await;
        let Some(Ok(place)) = place else {
            // It may be in the middle of something: nobody else gets it.
            drop(Object::take(connection));
            return Err(self.suspect());
        };
        self.admit(&place, age).map(|()| connection)
    }

    /// Whether a server at `place` is the right one, and new enough.
    fn admit(&self, place: &Place, age: Age) -> Result<(), &'static str> {
        let known = self.known();
        let primary = known.track.primary().ok_or(Standing::Unknown.word())?;
        let replayed = judge::replayed(&primary, place).map_err(Standing::word)?;
        let is_new_enough = match age {
            Age::Now => false,
            Age::After(position) => replayed >= position,
            Age::Late => {
                let age = known.track.age(replayed, Instant::now());
                age.is_some_and(|age| age <= self.lag_max)
            }
        };
        if is_new_enough {
            Ok(())
        } else {
            Err(Standing::Behind.word())
        }
    }

    /// Something went wrong there: nobody tries before it has been looked at again, within the second.
    fn suspect(&self) -> &'static str {
        self.known().standing = Standing::Away;
        Standing::Away.word()
    }

    /// Waits for an answer, but no longer than the standby is taken for one that answers.
    async fn or_gone<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut away = self.away.subscribe();
        tokio::select! {
            answer = work => Some(answer),
            _ = away.wait_for(|is_away| *is_away) => None,
        }
    }
}
