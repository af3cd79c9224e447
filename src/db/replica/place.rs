//! Where a server stands: which one it is, and how far its log has come.

use deadpool_postgres::Object;

use crate::db::postgres::{self, Postgres};
use crate::db::{Fault, Result, Row};

/// Positions are bytes of the log since its beginning. The identifier of the cluster and that of the database are the same on
/// every standby that was copied from it, and on no other server.
const OF_PRIMARY: &str = "SELECT CAST(pg_current_wal_lsn() - '0/0' AS BIGINT) AS position,
    CAST(system_identifier AS BIGINT) AS cluster, CAST((SELECT oid FROM pg_database WHERE datname = current_database()) AS BIGINT) AS database
    FROM pg_control_system()";
const OF_STANDBY: &str = "SELECT CASE WHEN pg_is_in_recovery()
    THEN COALESCE(CAST(pg_last_wal_replay_lsn() - '0/0' AS BIGINT), 0) END AS position,
    CAST(system_identifier AS BIGINT) AS cluster, CAST((SELECT oid FROM pg_database WHERE datname = current_database()) AS BIGINT) AS database
    FROM pg_control_system()";

/// Also what is committed and not written to the log's file yet, as with `synchronous_commit = off`.
const OF_LAST_WRITE: &str =
    "SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS BIGINT) AS position";

/// A server, and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Of a standby: how far it has replayed the log. Nothing of a server that is none.
    pub position: Option<i64>,
    pub cluster: i64,
    pub database: i64,
}

impl Place {
    fn read(row: Option<&Row>) -> Result<Self> {
        let row = row.ok_or_else(|| Fault::Other("the server does not say where it is".into()))?;
        Ok(Self {
            position: row.get("position")?,
            cluster: row.get("cluster")?,
            database: row.get("database")?,
        })
    }

    /// How far the primary has come.
    pub async fn of_primary(primary: &Postgres) -> Result<Self> {
        Self::read(primary.point(OF_PRIMARY, &[]).await?.as_ref())
    }

    /// How far a standby has come.
    pub async fn of_standby(connection: &Object) -> Result<Self> {
        let answer = postgres::query(connection, OF_STANDBY, &[]).await?;
        Self::read(answer.all()?.first())
    }
}

/// The position behind everything that is committed.
pub(super) async fn last_write(primary: &Postgres) -> Result<i64> {
    let row = primary.point(OF_LAST_WRITE, &[]).await?;
    let row = row.ok_or_else(|| Fault::Other("the server does not say where it is".into()))?;
    row.get("position")
}
