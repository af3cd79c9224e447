//! PostgreSQL: a pool of connections, each with its prepared statements, and a few that point reads share.
//!
//! `begun.rs` keeps a transaction's connection from others, `gather.rs` has reads by key go together, and `secured.rs` speaks TLS.
//! With a server on the same machine `on_the_way.rs` lets what computes rest beside reads, and `one_by_one.rs` has what can wait
//! go one after another.

mod begun;
mod gather;
mod on_the_way;
mod one_by_one;
mod secured;
mod shared;

use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Manager, ManagerConfig, Object, Pool, PoolBuilder, QueueMode, RecyclingMethod,
    Runtime,
};
use futures_util::FutureExt;
use tokio_postgres::Statement;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

pub(super) use begun::Begun;
pub(super) use gather::of_many;
pub use on_the_way::OnTheWay;
pub(super) use secured::Connector;

use super::figures::{Connections, Figures};
use super::replica::Replica;
use super::row::{Columns, Rows};
use super::{Fault, Result, Row, Value};
use gather::Gather;
use one_by_one::{OneByOne, Turn};
use shared::Shared;

/// How long a request waits for a free connection, and for a new one to be made.
const WAIT: Duration = Duration::from_secs(5);

/// How long a server that says nothing is taken for one that is there: for the system, and for whoever waits for a statement. A
/// server that is frozen, or whose statement waits for a lock that nobody gives back, still has a system that answers for it.
const SILENCE: Duration = Duration::from_secs(30);

/// Connections to a PostgreSQL server.
#[derive(Clone)]
pub struct Postgres {
    pool: Pool,
    shared: Arc<Shared>,
    gather: Arc<Gather>,
    one_by_one: OneByOne,
    /// How long what this handle asks may wait for its turn.
    pub(super) patience: Duration,
    figures: Arc<Figures>,
    replica: Option<Arc<Replica>>,
}

impl Postgres {
    pub(super) async fn open(url: &str, connections: usize) -> Result<Self> {
        let shared = Shared::of(connections);
        let pool = pool("database.url", url)?
            .max_size(connections.saturating_sub(shared.most()))
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .build()
            .map_err(|error| Fault::Other(error.to_string()))?;
        let reads = OnTheWay::to(url);
        let this = Self {
            pool,
            shared: Arc::new(shared),
            gather: Arc::new(Gather::of(reads.clone())),
            one_by_one: OneByOne::beside(reads),
            patience: Duration::ZERO,
            figures: Arc::default(),
            replica: None,
        };
        // Says at once what is wrong with the address.
        drop(this.connection().await?);
        Ok(this)
    }

    /// The same, with a standby beside it or without one.
    pub(super) fn beside(self, replica: Option<Arc<Replica>>) -> Self {
        Self { replica, ..self }
    }

    pub(super) fn replica(&self) -> Option<&Arc<Replica>> {
        self.replica.as_ref()
    }

    pub(super) fn on_the_way(&self) -> OnTheWay {
        self.gather.on_the_way.clone()
    }

    /// The turn of what can wait; at once for what cannot.
    pub(super) async fn turn(&self) -> Turn {
        self.one_by_one.turn(self.patience).await
    }

    pub(super) fn figures(&self) -> &Figures {
        &self.figures
    }

    pub(super) fn shared_figures(&self) -> Arc<Figures> {
        Arc::clone(&self.figures)
    }

    pub(super) fn connections(&self) -> Connections {
        let (status, shared) = (self.pool.status(), &self.shared);
        Connections {
            most: status.max_size + shared.most(),
            in_use: status.size.saturating_sub(status.available) + shared.count(),
            idle: status.available,
            waiting: status.waiting,
        }
    }

    pub(super) async fn connection(&self) -> Result<Object> {
        Ok(self.pool.get().await?)
    }

    pub(super) async fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        let answer = self.answer_of_any(sql, &borrowed(params)).await?;
        answer.first(most)
    }

    /// The answer to a statement, over any connection of the pool.
    pub(super) async fn answer_of_any(&self, sql: &str, params: &Params<'_>) -> Result<Answer> {
        let connection = self.connection().await?;
        match in_time(query(&connection, sql, params)).await {
            Some(first) => self.or_again(first, sql, params).await,
            None => Err(given_up(connection)),
        }
    }

    /// A read that met a connection of before a restart is made once more, on another one. Of a write nobody knows whether it
    /// has been done.
    pub(super) async fn or_again(
        &self,
        first: Result<Answer>,
        sql: &str,
        params: &Params<'_>,
    ) -> Result<Answer> {
        match first {
            Err(Fault::Unavailable(_)) if super::is_read(sql) => {
                let connection = self.new_connection().await?;
                let second = in_time(query(&connection, sql, params)).await;
                second.unwrap_or_else(|| Err(given_up(connection)))
            }
            answer => answer,
        }
    }

    /// A connection after one has turned out to be broken: a restart breaks them all, so those that lie idle are not tried.
    async fn new_connection(&self) -> Result<Object> {
        self.pool.retain(|_, _| false);
        self.connection().await
    }

    pub(super) async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        let connection = self.connection().await?;
        let params = borrowed(params);
        let work = async {
            let statement = connection.prepare_cached(sql).await?;
            Ok(connection.execute(&statement, &params).await?)
        };
        let done = in_time(work).await;
        done.unwrap_or_else(|| Err(given_up(connection)))
    }

    pub(super) async fn prepare(&self, sql: &str) -> Result<()> {
        Ok(self.connection().await?.prepare(sql).await.map(drop)?)
    }

    pub(super) fn close(&self) {
        self.shared.close();
        self.pool.close();
        if let Some(replica) = &self.replica {
            replica.close();
        }
    }
}

/// Connections to the server at `url`, which `setting` names. TLS is the same for every server.
pub(super) fn pool(setting: &str, url: &str) -> Result<PoolBuilder> {
    let mut config =
        tokio_postgres::Config::from_str(url).map_err(|error| no_address(setting, &error))?;
    notice_silence(&mut config);
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let pool = Pool::builder(Manager::from_config(
        config,
        Connector::default(),
        recycling,
    ));
    // The one that was used last is warm: its process has what it needs in the processor's caches.
    Ok(pool.runtime(Runtime::Tokio1).queue_mode(QueueMode::Lifo))
}

/// What is wrong with an address. Nothing of it is repeated: what the driver takes for an option may be a part of the password.
fn no_address(setting: &str, error: &tokio_postgres::Error) -> Fault {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let option = cause.strip_prefix("invalid value for option `");
    let what = match option.map(|option| option.trim_end_matches('`')) {
        Some("sslmode") => "sslmode is disable, prefer or require. Under TLS the certificate and its name are always \
            checked, so require is what verify-full is elsewhere"
            .to_owned(),
        // Its name is one that the driver knows.
        Some(option) => format!(
            "the value of {option} is not understood. In a password, @ is written %40, / %2F, ? %3F and % %25"
        ),
        None if cause.starts_with("unknown option") => {
            "it has an option that is not known here. In place of sslrootcert there is the variable SSL_CERT_FILE"
                .to_owned()
        }
        None => "expected postgres://user:password@host/database".to_owned(),
    };
    Fault::Other(format!(
        "{setting} is no valid PostgreSQL address: {what} (docs/postgresql.md)"
    ))
}

/// A server that is gone without a word (a failover, a cable) is noticed within half a minute, unless the address says
/// otherwise. Left alone, the system would wait for hours.
fn notice_silence(config: &mut tokio_postgres::Config) {
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    if config.get_keepalives_idle() > SILENCE {
        config.keepalives_idle(SILENCE / 2);
        config.keepalives_interval(SILENCE / 6);
        config.keepalives_retries(3);
    }
}

/// The answer, unless it does not come in time.
pub(super) fn in_time<T>(work: impl Future<Output = T>) -> impl Future<Output = Option<T>> {
    tokio::time::timeout(SILENCE, work).map(Result::ok)
}

/// Closes a connection whose answer did not come: the next one who got it would wait behind that.
fn given_up(connection: Object) -> Fault {
    drop(Object::take(connection));
    silent()
}

pub(super) fn silent() -> Fault {
    let seconds = SILENCE.as_secs();
    Fault::Unavailable(format!("it has not answered for {seconds} seconds"))
}

/// The parameters of a statement, as the driver takes them.
pub(super) type Params<'a> = [&'a (dyn ToSql + Sync)];

pub(super) async fn query(
    connection: &ClientWrapper,
    sql: &str,
    params: &Params<'_>,
) -> Result<Answer> {
    let statement = connection.prepare_cached(sql).await?;
    ask(connection, &statement, params).await
}

/// The answer to a prepared statement.
pub(super) async fn ask(
    connection: &ClientWrapper,
    statement: &Statement,
    params: &Params<'_>,
) -> Result<Answer> {
    Ok(Answer {
        rows: connection.query(statement, params).await?,
        columns: Columns::Postgres(statement.clone()),
    })
}

/// What a server has answered, of which nothing is read yet.
pub(super) struct Answer {
    rows: Vec<tokio_postgres::Row>,
    columns: Columns,
}

impl Answer {
    /// All rows.
    pub fn all(&self) -> Result<Vec<Row>> {
        Ok(self.first(usize::MAX)?.first)
    }

    /// The first `most` rows, and how many there are.
    pub fn first(&self, most: usize) -> Result<Rows> {
        let first = self.rows.iter().take(most).map(|row| self.read(row));
        Ok(Rows {
            first: first.collect::<Result<_>>()?,
            count: self.rows.len(),
        })
    }

    fn read(&self, row: &tokio_postgres::Row) -> Result<Row> {
        let count = self.columns.count();
        let mut values = Vec::with_capacity(count);
        for place in 0..count {
            values.push(read(row, place)?);
        }
        Ok(Row::new(self.columns.clone(), values))
    }
}

pub(super) fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

pub(super) fn read(row: &tokio_postgres::Row, place: usize) -> Result<Value> {
    let Some(column) = row.columns().get(place) else {
        return Ok(Value::Null);
    };
    Ok(match *column.type_() {
        Type::BOOL => row.try_get::<_, Option<bool>>(place)?.into(),
        Type::INT8 => row.try_get::<_, Option<i64>>(place)?.into(),
        Type::INT4 => row.try_get::<_, Option<i32>>(place)?.map(i64::from).into(),
        Type::TEXT | Type::VARCHAR | Type::NAME => row.try_get::<_, Option<String>>(place)?.into(),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(place)?.into(),
        Type::UUID => row.try_get::<_, Option<Uuid>>(place)?.into(),
        ref other => {
            return Err(Fault::Other(format!(
                "column type {other} is outside the portable subset"
            )));
        }
    })
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(value) => value.to_sql_checked(kind, out),
            Self::Int(value) if *kind == Type::INT4 => {
                i32::try_from(*value)?.to_sql_checked(kind, out)
            }
            Self::Int(value) => value.to_sql_checked(kind, out),
            Self::Text(value) => value.to_sql_checked(kind, out),
            Self::Bytes(value) => value.to_sql_checked(kind, out),
            Self::Uuid(value) => value.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
