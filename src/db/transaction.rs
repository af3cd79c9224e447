//! Transactions: all or nothing, durable when they are acknowledged, tried again when another was in the way.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future;
use tokio::sync::OwnedMutexGuard;

use super::figures::Figures;
use super::postgres::Begun;
use super::sqlite::{Released, Writer};
use super::{Db, Dialect, Fault, Result, Row, Rows, Run, Value, is_read, postgres, sqlite};
use crate::crypto;
use crate::stages::{self, Stage};

/// How often work is tried before its failure to serialize is reported.
const TRIES: u32 = 10;

/// A running transaction. Dropping it before its end undoes it.
///
/// Statements that do not need each other's answers can be awaited together (`try_join`): PostgreSQL gets them in one go, and
/// does them in the order in which they stand there.
#[derive(Clone)]
pub struct Tx(Arc<Inner>);

struct Inner {
    engine: Engine,
    figures: Arc<Figures>,
    /// The last statements have been done: none may follow.
    is_over: AtomicBool,
    after: Mutex<Vec<Box<dyn FnOnce() + Send>>>,
}

enum Engine {
    Sqlite(Mutex<Option<OwnedMutexGuard<Writer>>>),
    Postgres(Box<Begun>),
}

impl Db {
    /// Runs `work` in a transaction: committed when it answers `Ok`, undone otherwise.
    ///
    /// `work` runs again when the database could not order it among others, so it must have no effect but on the database.
    pub async fn transaction<T, E, W, F>(&self, mut work: W) -> std::result::Result<T, E>
    where
        E: From<Fault> + MayRetry,
        W: FnMut(Tx) -> F,
        F: Future<Output = std::result::Result<T, E>>,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.attempt(&mut work).await {
                Err(error) if error.may_retry() && tries < TRIES => {
                    self.figures().retries.add(1);
                    tokio::time::sleep(pause()).await;
                }
                answer => return answer,
            }
        }
    }

    async fn attempt<T, E, W, F>(&self, work: &mut W) -> std::result::Result<T, E>
    where
        E: From<Fault>,
        W: FnMut(Tx) -> F,
        F: Future<Output = std::result::Result<T, E>>,
    {
        // Behind others who write, or until a connection is free.
        let (begun, _) = stages::timed(Stage::Database, self.begin()).await;
        let tx = begun?;
        match work(tx.clone()).await {
            Ok(answer) => {
                if !tx.is_committed() {
                    self.figures().commit(tx.commit(self)).await?;
                }
                tx.committed();
                Ok(answer)
            }
            Err(error) => {
                tx.roll_back().await;
                Err(error)
            }
        }
    }

    async fn begin(&self) -> Result<Tx> {
        let engine = match self {
            Self::Sqlite(db) => {
                let writer = db.begin().await?;
                Engine::Sqlite(Mutex::new(Some(writer)))
            }
            Self::Postgres(db) => {
                let turn = db.turn().await;
                let connection = Box::pin(db.connection()).await?;
                Engine::Postgres(Box::new(Begun::on(connection, turn)))
            }
        };
        Ok(Tx(Arc::new(Inner {
            engine,
            figures: self.shared_figures(),
            is_over: AtomicBool::new(false),
            after: Mutex::default(),
        })))
    }
}

/// Up to 50 ms, so that those who were in each other's way do not meet again.
fn pause() -> Duration {
    Duration::from_millis(crypto::below(50))
}

/// Tells whether an error means "the same work may succeed when it is tried again".
pub trait MayRetry {
    /// Whether to try again.
    fn may_retry(&self) -> bool;
}

impl MayRetry for Fault {
    fn may_retry(&self) -> bool {
        matches!(self, Self::Retry)
    }
}

impl Tx {
    /// The engine below.
    pub fn dialect(&self) -> Dialect {
        match self.0.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs several statements without parameters, as a migration does.
    pub(super) async fn batch(&self, sql: &str) -> Result<()> {
        match &self.0.engine {
            Engine::Sqlite(writer) => {
                let writer = held(writer);
                Ok(self
                    .writing(writer.as_ref())?
                    .connection()?
                    .execute_batch(sql)?)
            }
            Engine::Postgres(begun) => Box::pin(begun.batch(sql)).await,
        }
    }

    /// Awaits the last statements of the transaction: PostgreSQL gets `COMMIT` right behind them, in the same go.
    ///
    /// `last` asks for all of them when it is polled first, one or several together, and fails only because one of them has: then
    /// nothing of the transaction is kept. What its caller makes of an answer comes too late to undo anything.
    pub async fn last<T, E: From<Fault>>(
        &self,
        last: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<T, E> {
        let answer = match &self.0.engine {
            Engine::Sqlite(writer) => {
                let answer = last.await;
                if answer.is_err()
                    && let Some(mut writer) = held(writer).take()
                {
                    writer.roll_back();
                }
                answer?
            }
            Engine::Postgres(begun) => {
                let last = pin!(last);
                let commit = Box::pin(self.0.figures.commit(begun.end("COMMIT")));
                let (answer, committed) = future::join(last, commit).await;
                // A statement that has failed tells more than the commit that came to nothing because of it.
                let answer = answer?;
                committed?;
                answer
            }
        };
        self.0.is_over.store(true, Ordering::SeqCst);
        Ok(answer)
    }

    fn writing<'a>(&self, writer: Option<&'a OwnedMutexGuard<Writer>>) -> Result<&'a Writer> {
        let writer = writer.filter(|_| !self.0.is_over.load(Ordering::SeqCst));
        writer.map(|writer| &**writer).ok_or_else(ended)
    }

    /// Whether it was committed with its last statements.
    fn is_committed(&self) -> bool {
        self.dialect() == Dialect::Postgres && self.0.is_over.load(Ordering::SeqCst)
    }

    async fn commit(&self, db: &Db) -> Result<()> {
        let durable = match (&self.0.engine, db) {
            (Engine::Sqlite(writer), Db::Sqlite(db)) => {
                // Taken out, so that the next transaction can begin while this one waits for the disk.
                let Some(mut writer) = held(writer).take() else {
                    return Err(ended());
                };
                let Released { durable, commit } = match writer.release(db.patience) {
                    Ok(released) => released,
                    Err(fault) => {
                        writer.roll_back();
                        return Err(fault);
                    }
                };
                drop(writer);
                if let Some((batch, after)) = commit {
                    commit_after_the_others(db.clone(), batch, after);
                }
                durable
            }
            (Engine::Postgres(begun), _) => return Box::pin(begun.end("COMMIT")).await,
            _ => return Err(ended()),
        };
        durable
            .await
            .map_err(|_| Fault::Unavailable("the writer stopped".into()))?
    }

    /// Does what was to be done once everything is durable.
    fn committed(&self) {
        let after =
            std::mem::take(&mut *self.0.after.lock().unwrap_or_else(PoisonError::into_inner));
        for act in after {
            act();
        }
    }

    async fn roll_back(&self) {
        if let Engine::Postgres(begun) = &self.0.engine {
            // Where that fails the connection is closed, which undoes as well.
            let _ = Box::pin(begun.end("ROLLBACK")).await;
        }
        // SQLite undoes when the last handle is dropped, right after this.
    }
}

/// The queue for the writer is fair, so this runs behind all transactions that wait now: one commit serves them all.
fn commit_after_the_others(db: sqlite::Sqlite, batch: u64, after: Duration) {
    tokio::spawn(async move {
        if !after.is_zero() {
            tokio::time::sleep(after).await;
        }
        let mut writer = db.writer().await;
        if writer.is_over(batch) {
            return;
        }
        // An fsync takes milliseconds: not on a thread that answers requests.
        let _ = tokio::task::spawn_blocking(move || writer.commit()).await;
    });
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Engine::Sqlite(writer) = &mut self.engine else {
            return;
        };
        let writer = writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut writer) = writer.take() {
            writer.roll_back();
        }
    }
}

impl Run for Tx {
    async fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        match &self.0.engine {
            Engine::Sqlite(writer) => {
                let writer = held(writer);
                let connection = self.writing(writer.as_ref())?.connection()?;
                let work = || connection.first(sql, params, most);
                self.0.figures.statement_here(is_read(sql), work)
            }
            Engine::Postgres(begun) => {
                let work = begun.run(sql, async |connection, statement| {
                    let answer =
                        postgres::ask(connection, statement, &postgres::borrowed(params)).await?;
                    answer.first(most)
                });
                let work = Box::pin(work);
                self.0.figures.statement(is_read(sql), work).await
            }
        }
    }

    async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        match &self.0.engine {
            Engine::Sqlite(writer) => {
                let writer = held(writer);
                let connection = self.writing(writer.as_ref())?.connection()?;
                let work = || connection.execute(sql, params);
                self.0.figures.statement_here(false, work)
            }
            Engine::Postgres(begun) => {
                let work = begun.run(sql, async |connection, statement| {
                    Ok(connection
                        .execute(statement, &postgres::borrowed(params))
                        .await?)
                });
                let work = Box::pin(work);
                self.0.figures.statement(false, work).await
            }
        }
    }

    async fn optional(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.first(sql, params, 1).await?.first.pop())
    }

    fn after_commit(&self, act: impl FnOnce() + Send + 'static) {
        let mut after = self.0.after.lock().unwrap_or_else(PoisonError::into_inner);
        after.push(Box::new(act));
    }
}

type Held<'a> = MutexGuard<'a, Option<OwnedMutexGuard<Writer>>>;

fn held(writer: &Mutex<Option<OwnedMutexGuard<Writer>>>) -> Held<'_> {
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ended() -> Fault {
    Fault::Other("the transaction has ended".into())
}
