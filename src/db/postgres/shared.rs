//! Connections to PostgreSQL that reads by key share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deadpool_postgres::{ClientWrapper, Object};

use super::{Answer, Params, Postgres, Result, Row, Value, borrowed, in_time, query, silent};

/// How many there are at most. One backend answers what one connection asks, one after the other.
const MOST: usize = 4;

/// What a connection is told before it is shared: that it is asked for rows by their keys alone. PostgreSQL keeps the plan that it made
/// when a table had hardly a row, and until the table is analysed it would read all of it for each of them. A small table that has no
/// index for what is asked is still read, and said to be so dear then that PostgreSQL would compile the plan each time.
const BY_KEY: &str = "SET enable_seqscan = off; SET enable_material = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET jit = off";

/// Connections that several requests use at once: tokio-postgres sends what they ask without waiting for the answers before
/// (pipelining). Only for reads that take no time, because each waits for those before it.
///
/// They are none of the pool's, for what they were told is wrong for everything else.
pub(super) struct Shared {
    slots: Vec<Mutex<Slot>>,
    next: AtomicUsize,
    /// Held by whoever makes one: all who find none after a restart would make one each.
    making: tokio::sync::Mutex<()>,
}

type Slot = Option<Arc<ClientWrapper>>;

impl Shared {
    /// Those of so many connections in all. Of a few none can be spared.
    pub(super) fn of(connections: usize) -> Self {
        let slots = (0..MOST.min(connections / 4)).map(|_| Mutex::default());
        Self {
            slots: slots.collect(),
            next: AtomicUsize::new(0),
            making: tokio::sync::Mutex::default(),
        }
    }

    /// How many there can be.
    pub(super) fn most(&self) -> usize {
        self.slots.len()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        let open = self.slots.iter().filter(|slot| open_in(slot).is_some());
        open.count()
    }

    fn next(&self) -> Option<&Mutex<Slot>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.slots.get(turn % self.slots.len().max(1))
    }

    /// Gives the connection to nobody any more. Whoever else waits for it gives it up as well, and the last one closes it.
    fn give_up(&self, connection: &Arc<ClientWrapper>) {
        for slot in &self.slots {
            held(slot).take_if(|shared| Arc::ptr_eq(shared, connection));
        }
    }

    pub(super) fn close(&self) {
        for slot in &self.slots {
            held(slot).take();
        }
    }
}

fn held(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The connection of a slot, unless it has ended in the meantime.
fn open_in(slot: &Mutex<Slot>) -> Slot {
    held(slot)
        .clone()
        .filter(|connection| !connection.is_closed())
}

impl Postgres {
    /// The first row of a read by key.
    pub(in crate::db) async fn point(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        let answer = self.point_answer(sql, &borrowed(params)).await?;
        Ok(answer.first(1)?.first.pop())
    }

    /// The answer to a read by keys, over a shared connection if there are any.
    pub(super) async fn point_answer(&self, sql: &str, params: &Params<'_>) -> Result<Answer> {
        let Some(slot) = self.shared.next() else {
            return self.answer_of_any(sql, params).await;
        };
        let connection = match open_in(slot) {
            Some(connection) => connection,
            None => self.share(slot).await?,
        };
        if let Some(first) = in_time(query(&connection, sql, params)).await {
            return self.or_again(first, sql, params).await;
        }
        self.shared.give_up(&connection);
        Err(silent())
    }

    /// Puts a new connection into the slot, unless somebody was faster. Only who puts it there takes it out of the pool, so that there
    /// are never more than the settings allow.
    async fn share(&self, slot: &Mutex<Slot>) -> Result<Arc<ClientWrapper>> {
        let connection = self.connection().await?;
        let Some(_making) = in_time(self.shared.making.lock()).await else {
            return Err(silent());
        };
        if let Some(shared) = open_in(slot) {
            return Ok(shared);
        }
        let connection = Arc::new(Object::take(connection));
        // A server that does not know it goes its own ways, and a connection that is broken is found out by whoever reads.
        if in_time(connection.batch_execute(BY_KEY)).await.is_none() {
            return Err(silent());
        }
        *held(slot) = Some(Arc::clone(&connection));
        Ok(connection)
    }
}
