//! Examine a standby, as `gatepost doctor` wants to see it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::judge::{self, Standing};
use super::place::Place;
use super::{Reader, Replica};
use crate::db::{Db, Result, migrate};

/// How often it is asked whether it has caught up.
const OFTEN: Duration = Duration::from_millis(20);

/// What was seen.
#[derive(Debug, Clone)]
pub struct ReplicaSeen {
    /// How it stands.
    pub standing: Standing,
    /// How long it took until it had what the primary had when it was asked.
    pub lag: Option<Duration>,
    /// Migrations of this release that cannot be seen there.
    pub missing_migrations: usize,
}

impl Db {
    /// Looks at the standby, if one is set; the error says why it cannot be reached.
    pub async fn examine_replica(&self) -> Result<Option<ReplicaSeen>> {
        let (Self::Postgres(primary), Some(replica)) = (self, self.replica()) else {
            return Ok(None);
        };
        let ours = Place::of_primary(primary).await?;
        let connection = replica.pool.get().await?;
        let theirs = Place::of_standby(&connection).await?;
        drop(connection);
        if let Err(standing) = judge::replayed(&ours, &theirs) {
            return Ok(Some(ReplicaSeen {
                standing,
                lag: None,
                missing_migrations: 0,
            }));
        }
        let now = Place::of_primary(primary).await?;
        let lag = replica.catches_up(&ours).await?;
        let standing = match lag {
            _ if theirs.position > now.position => Standing::Ahead,
            Some(_) => Standing::Near,
            None => Standing::Behind,
        };
        Ok(Some(ReplicaSeen {
            standing,
            lag,
            missing_migrations: self.missing_there(replica).await?,
        }))
    }

    async fn missing_there(&self, replica: &Arc<Replica>) -> Result<usize> {
        let connection = replica.pool.get().await?;
        migrate::missing(&Reader::at(self, replica, connection)).await
    }
}

impl Replica {
    /// Waits until it has what the primary had, but no longer than it may be behind.
    async fn catches_up(&self, primary: &Place) -> Result<Option<Duration>> {
        let begun = Instant::now();
        loop {
            let connection = self.pool.get().await?;
            let theirs = Place::of_standby(&connection).await?;
            if theirs.position >= primary.position {
                return Ok(Some(begun.elapsed()));
            }
            if begun.elapsed() > self.lag_max {
                return Ok(None);
            }
            drop(connection);
            sleep(OFTEN).await;
        }
    }
}
