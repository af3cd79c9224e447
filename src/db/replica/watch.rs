//! Watch a standby: how near it is is asked again and again, so that no list has to wait to find out that it is away.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::Replica;
use super::judge::{self, Standing};
use super::place::Place;
use crate::db::postgres::Postgres;
use crate::db::{Db, Fault, Result};

/// How often a standby is looked at.
const OFTEN: Duration = Duration::from_millis(500);

/// How long a server may take to say how far it is.
const PATIENCE: Duration = Duration::from_secs(1);

impl Db {
    /// Begins to read at the standby, if one is set, and to watch it. One that is away, or behind, is asked when it is back. The
    /// error is a sentence for the operator: what is named there is not a standby of this database.
    pub async fn follow_replica(&self) -> Result<(), String> {
        let Self::Postgres(primary) = self else {
            return Ok(());
        };
        let Some(replica) = primary.replica() else {
            return Ok(());
        };
        let primary = primary.clone().beside(None);
        if let Err(fault) = Place::of_primary(&primary).await {
            return Err(format!(
                "database.replica_url: the server of database.url does not say how far it is, so nobody knows how old a \
                 replica is: {fault}"
            ));
        }
        let standing = replica.look(&primary).await;
        if standing.is_wrong() {
            return Err(format!(
                "database.replica_url must name a hot standby of the server of database.url. {} Name a standby, or \
                 nothing",
                standing.sentence()
            ));
        }
        if !replica.is_followed.swap(true, Ordering::Relaxed) {
            tokio::spawn(watch(Arc::downgrade(replica), primary));
        }
        Ok(())
    }
}

async fn watch(replica: Weak<Replica>, primary: Postgres) {
    while let Some(replica) = replica
        .upgrade()
        .filter(|replica| !replica.pool.is_closed())
    {
        replica.look(&primary).await;
        let pause = OFTEN.min(replica.lag_max / 4);
        // Not held while nothing is done: a database that nobody has any more is not watched.
        drop(replica);
        sleep(pause).await;
    }
}

impl Replica {
    /// Looks how it stands, and notes that.
    pub(super) async fn look(&self, primary: &Postgres) -> Standing {
        let moment = Instant::now();
        let Some(ours) = answer(Place::of_primary(primary)).await else {
            // Without the primary nobody is served. What the standby has becomes older meanwhile.
            return self.known().standing;
        };
        self.known().track.note(moment, ours, self.lag_max * 2);
        let theirs = answer(self.place()).await;
        let (standing, lag) = match theirs {
            None => (Standing::Away, None),
            Some(theirs) => self.judge(primary, (ours, theirs)).await,
        };
        self.tell(standing);
        if standing == Standing::Away {
            self.forget_idle();
        }
        self.away.send_replace(standing == Standing::Away);
        let mut known = self.known();
        (known.standing, known.lag) = (standing, lag);
        standing
    }

    async fn place(&self) -> Result<Place> {
        let connection = self.watcher.get().await?;
        Place::of_standby(&connection).await
    }

    async fn judge(
        &self,
        primary: &Postgres,
        (ours, theirs): (Place, Place),
    ) -> (Standing, Option<Duration>) {
        let replayed = match judge::replayed(&ours, &theirs) {
            Ok(replayed) => replayed,
            Err(wrong) => return (wrong, None),
        };
        // The primary goes on meanwhile; but nobody can have more than it has now.
        if ours.position < Some(replayed) {
            let now = answer(Place::of_primary(primary)).await;
            if now.is_some_and(|now| now.position < Some(replayed)) {
                return (Standing::Ahead, None);
            }
        }
        let lag = self.known().track.age(replayed, Instant::now());
        let standing = match lag {
            Some(lag) if lag <= self.lag_max => Standing::Near,
            // Older than all marks, which says nothing as long as those are all young.
            None if !self.known().track.reaches(self.lag_max) => Standing::Unknown,
            _ => Standing::Behind,
        };
        (standing, lag)
    }

    /// Writes down when it changes: an operator who wonders why the primary is busy finds it in the log.
    fn tell(&self, standing: Standing) {
        let before = self.known().standing;
        // What is wrong from the beginning is refused, which says more.
        if standing == before || (before == Standing::Unknown && standing.is_wrong()) {
            return;
        }
        match standing {
            Standing::Near => tracing::info!("lists are read at the replica"),
            other => tracing::warn!(
                replica = other.word(),
                "lists are read at the primary: {}",
                other.sentence()
            ),
        }
    }
}

/// What a server says, if it says it in time.
async fn answer<T>(asked: impl Future<Output = Result<T, Fault>>) -> Option<T> {
    timeout(PATIENCE, asked).await.ok()?.ok()
}
