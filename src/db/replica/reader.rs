//! Read what may be a moment old: at the standby where that will do, otherwise, and whenever something goes wrong there, at the
//! primary.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::Object;

use super::{Replica, place};
use crate::db::postgres;
use crate::db::{Db, Dialect, Fault, Result, Row, Rows, Run, Value, is_read, no_row};

/// How old what is read may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// As it is now: at the primary.
    Now,
    /// A moment old, `database.replica_lag_max` at most.
    Late,
    /// With everything that was committed before [`Db::mark`].
    After(i64),
}

/// Where a list is read. Whatever it reads comes from one server.
#[derive(Clone)]
pub struct Reader(Source);

#[derive(Clone)]
enum Source {
    Here(Db),
    Standby(Arc<Borrowed>),
}

/// A connection to the standby, for one list.
struct Borrowed {
    replica: Arc<Replica>,
    /// Always there, until it is given back.
    connection: Option<Object>,
    primary: Db,
    has_failed: AtomicBool,
    /// Whether a statement was sent whose answer has not come.
    is_asked: AtomicBool,
}

impl Db {
    /// Reads by `work`, whose statements only read: at the standby, if that will do, otherwise here. When anything goes wrong at
    /// the standby, all of it is done again here, so `work` must have no effect.
    pub async fn read<T, E, W, F>(&self, age: Age, work: W) -> std::result::Result<T, E>
    where
        W: Fn(Reader) -> F,
        F: Future<Output = std::result::Result<T, E>>,
    {
        if let Some((replica, connection)) = self.borrow(age).await {
            let reader = Reader::at(self, replica, connection);
            let answer = work(reader.clone()).await;
            if !reader.has_failed() {
                replica.reads.add(1);
                return answer;
            }
            replica.fallbacks.add("failed", 1);
        }
        work(Reader(Source::Here(self.clone()))).await
    }

    /// Age of what has everything that is committed by now.
    pub async fn mark(&self) -> Result<Age> {
        match self {
            Self::Postgres(primary) if self.has_replica() => {
                place::last_write(primary).await.map(Age::After)
            }
            _ => Ok(Age::Now),
        }
    }

    async fn borrow(&self, age: Age) -> Option<(&Arc<Replica>, Object)> {
        let replica = self.replica().filter(|replica| replica.is_followed())?;
        if age == Age::Now {
            return None;
        }
        match replica.connect(age).await {
            Ok(connection) => Some((replica, connection)),
            Err(reason) => {
                replica.fallbacks.add(reason, 1);
                None
            }
        }
    }
}

impl Reader {
    pub(super) fn at(primary: &Db, replica: &Arc<Replica>, connection: Object) -> Self {
        Self(Source::Standby(Arc::new(Borrowed {
            replica: Arc::clone(replica),
            connection: Some(connection),
            primary: primary.clone(),
            has_failed: AtomicBool::new(false),
            is_asked: AtomicBool::new(false),
        })))
    }

    fn has_failed(&self) -> bool {
        match &self.0 {
            Source::Here(_) => false,
            Source::Standby(borrowed) => borrowed.has_failed.load(Ordering::Relaxed),
        }
    }

    /// The engine below.
    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Source::Here(db) => db.dialect(),
            Source::Standby(_) => Dialect::Postgres,
        }
    }
}

impl Run for Reader {
    async fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        match &self.0 {
            _ if !is_read(sql) => Err(only_reads()),
            Source::Here(db) => db.first(sql, params, most).await,
            Source::Standby(borrowed) => borrowed.first(sql, params, most).await,
        }
    }

    async fn execute(&self, _: &str, _: &[Value]) -> Result<u64> {
        Err(only_reads())
    }

    async fn optional(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        match &self.0 {
            Source::Here(db) if is_read(sql) => db.optional(sql, params).await,
            _ => Ok(self.all(sql, params).await?.into_iter().next()),
        }
    }

    async fn one(&self, sql: &str, params: &[Value]) -> Result<Row> {
        // As of a [`Db`]: a count takes its time.
        let rows = self.all(sql, params).await?;
        rows.into_iter().next().ok_or_else(no_row)
    }

    fn after_commit(&self, act: impl FnOnce() + Send + 'static) {
        // What was read is durable.
        act();
    }
}

fn only_reads() -> Fault {
    Fault::Other("a list only reads".into())
}

impl Borrowed {
    async fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        let Some(connection) = &self.connection else {
            return Err(Fault::Unavailable("the connection was given back".into()));
        };
        self.is_asked.store(true, Ordering::Relaxed);
        let params = postgres::borrowed(params);
        let work = async {
            let answer = postgres::query(connection, sql, &params).await?;
            answer.first(most)
        };
        let work = self.replica.or_gone(work);
        let answer = self.primary.figures().statement(true, work).await;
        let answer =
            answer.unwrap_or_else(|| Err(Fault::Unavailable("the replica is away".into())));
        match &answer {
            Ok(_) => self.is_asked.store(false, Ordering::Relaxed),
            Err(fault) => {
                self.has_failed.store(true, Ordering::Relaxed);
                if matches!(fault, Fault::Unavailable(_)) {
                    self.replica.suspect();
                }
            }
        }
        answer
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let is_asked = self.is_asked.load(Ordering::Relaxed);
        if let Some(connection) = self.connection.take().filter(|_| is_asked) {
            // The next one would wait behind a statement that nobody wants any more.
            drop(Object::take(connection));
        }
    }
}
