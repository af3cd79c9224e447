//! A PostgreSQL connection on which a transaction has begun: it goes back to the pool only when that has ended.
//!
//! A request can be given up at any moment, because its client hangs up: also while `BEGIN` or a statement is under way. A
//! connection that went back to the pool like that would take the next one's statements into a transaction that nobody
//! commits, and they would be acknowledged and lost.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::Object;
use futures_util::future::{maybe_done, poll_immediate};
use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::Statement;

use super::one_by_one::Turn;
use super::{Fault, Result, silent};

/// The connection, whether `BEGIN` was sent on it, and whether its transaction has ended.
pub(in crate::db) struct Begun {
    connection: Option<Object>,
    /// Whose turn it is to send. Those who wait get it in the order in which they came.
    turn: Mutex<()>,
    is_sent: AtomicBool,
    /// `COMMIT` or `ROLLBACK` is on its way: no statement may follow.
    is_ending: AtomicBool,
    has_ended: AtomicBool,
    /// A statement was not answered: nothing more is asked.
    is_silent: AtomicBool,
    /// Given to the next one when the connection is.
    _one_by_one: Turn,
}

impl Begun {
    /// A transaction that begins with its first statement.
    pub fn on(connection: Object, one_by_one: Turn) -> Self {
        Self {
            connection: Some(connection),
            turn: Mutex::new(()),
            is_sent: AtomicBool::new(false),
            is_ending: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
            is_silent: AtomicBool::new(false),
            _one_by_one: one_by_one,
        }
    }

    fn connection(&self) -> Result<&Object> {
        self.connection.as_ref().ok_or_else(ended)
    }

    /// Runs a statement by `ask`, whose first poll sends it.
    ///
    /// `BEGIN` is sent together with the first one, and others may be asked before this one has its answer: they are sent in the
    /// order in which they were asked, also where one has to be prepared first.
    pub async fn run<T>(
        &self,
        sql: &str,
        ask: impl AsyncFnOnce(&Object, &Statement) -> Result<T>,
    ) -> Result<T> {
        let connection = self.connection()?;
        let turn = self.turn().await?;
        let mut begun = pin!(maybe_done(self.begin()));
        poll_immediate(&mut begun).await;
        // Pinned here, so that who waits for them has them once.
        let answer = pin!(async {
            let statement = connection.prepare_cached(sql).await?;
            let mut answer = pin!(maybe_done(ask(connection, &statement)));
            poll_immediate(&mut answer).await;
            drop(turn);
            answer.as_mut().await;
            answer.take_output().ok_or_else(no_answer)?
        });
        let answered = pin!(async {
            let answer = answer.await;
            begun.as_mut().await;
            begun.take_output().ok_or_else(no_answer)??;
            answer
        });
        self.in_time(answered).await
    }

    /// The answer of the server, if it comes in time.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        if self.is_silent.load(Ordering::SeqCst) {
            return Err(silent());
        }
        super::in_time(work).await.unwrap_or_else(|| {
            self.is_silent.store(true, Ordering::SeqCst);
            Err(silent())
        })
    }

    /// Runs several statements without parameters.
    pub async fn batch(&self, sql: &str) -> Result<()> {
        let _turn = self.turn().await?;
        self.begin().await?;
        self.send(sql).await
    }

    /// Waits for the turn to send. Behind the end there is none: what is sent there would be a transaction of its own.
    async fn turn(&self) -> Result<MutexGuard<'_, ()>> {
        let turn = self.turn.lock().await;
        if self.is_ending.load(Ordering::SeqCst) {
            return Err(ended());
        }
        Ok(turn)
    }

    async fn begin(&self) -> Result<()> {
        if self.is_sent.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        match self.send("BEGIN").await {
            // It was broken before, by a restart for instance, which breaks them all: nothing was done, and all of it can be
            // done on another one.
            Err(Fault::Unavailable(_)) => {
                if let Some(pool) = self.connection.as_ref().and_then(Object::pool) {
                    pool.retain(|_, _| false);
                }
                Err(Fault::Retry)
            }
            begun => begun,
        }
    }

    /// Ends the transaction with `COMMIT` or `ROLLBACK`, once: behind what was asked before, whether that was answered or not.
    /// Where a statement has failed the server undoes everything, and takes `COMMIT` for that as well.
    pub async fn end(&self, how: &str) -> Result<()> {
        let turn = self.turn().await?;
        self.is_ending.store(true, Ordering::SeqCst);
        if self.is_sent.load(Ordering::SeqCst) {
            let mut answer = pin!(maybe_done(self.in_time(self.send(how))));
            poll_immediate(&mut answer).await;
            drop(turn);
            answer.as_mut().await;
            answer.take_output().ok_or_else(no_answer)??;
        }
        self.has_ended.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn send(&self, word: &str) -> Result<()> {
        Ok(self.connection()?.batch_execute(word).await?)
    }
}

fn ended() -> Fault {
    Fault::Other("the transaction has ended".into())
}

fn no_answer() -> Fault {
    Fault::Other("a statement has ended without an answer".into())
}

impl Drop for Begun {
    fn drop(&mut self) {
        if *self.is_sent.get_mut() && !*self.has_ended.get_mut() {
            // Taken out of the pool and closed: the server undoes what was not committed.
            drop(self.connection.take().map(Object::take));
        }
    }
}
