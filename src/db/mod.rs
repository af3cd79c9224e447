//! The database: one SQL text, two engines. The only place that names their drivers.
//!
//! SQLite lies embedded in the data folder; PostgreSQL (or an engine that speaks its protocol) serves several nodes.
//! A feature's `store.rs` writes each statement once, in the portable subset that `migrations/README.md` names.

mod batches;
pub mod copy;
mod fault;
mod figures;
mod foreign;
mod inspect;
mod limit;
mod migrate;
mod postgres;
mod replica;
mod row;
mod sqlite;
mod transaction;
mod value;

use std::path::Path;
use std::time::Duration;

pub use fault::Fault;
pub use figures::{Connections, Figures};
pub use foreign::Foreign;
pub use inspect::{Inspection, Use};
pub use limit::limit_in_steps;
pub use migrate::{Migration, Step, migrations};
pub use postgres::OnTheWay;
pub use replica::{Age, Reader, ReplicaSeen, ReplicaState, Standing};
pub use row::{Row, Rows};
pub use transaction::{MayRetry, Tx};
pub use value::{FromValue, Value};

/// What begins the names under which a driver logs: each statement with its parameters, at the level `debug`.
pub const DRIVER_LOG: &str = "tokio_postgres";

/// What every operation of this module answers.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// The engine behind a [`Db`], for the rare statement that must differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.51 or newer, compiled in.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// An open database, cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// The embedded engine.
    Sqlite(sqlite::Sqlite),
    /// The engine over the network.
    Postgres(postgres::Postgres),
}

/// Where a statement can run: on its own ([`Db`]) or inside a transaction ([`Tx`]).
pub trait Run: Sync {
    /// Runs a statement and answers its first `most` rows, and how many it has: the others are not read.
    fn first(
        &self,
        sql: &str,
        params: &[Value],
        most: usize,
    ) -> impl Future<Output = Result<Rows>> + Send;

    /// Runs a statement and answers all its rows.
    fn all(&self, sql: &str, params: &[Value]) -> impl Future<Output = Result<Vec<Row>>> + Send {
        async move { Ok(self.first(sql, params, usize::MAX).await?.first) }
    }

    /// Runs a statement and answers the number of rows it changed.
    fn execute(&self, sql: &str, params: &[Value]) -> impl Future<Output = Result<u64>> + Send;

    /// Runs a statement and answers its first row, if there is one.
    fn optional(
        &self,
        sql: &str,
        params: &[Value],
    ) -> impl Future<Output = Result<Option<Row>>> + Send;

    /// Runs a statement that always has a row, such as a count.
    fn one(&self, sql: &str, params: &[Value]) -> impl Future<Output = Result<Row>> + Send {
        async move { self.optional(sql, params).await?.ok_or_else(no_row) }
    }

    /// Does something besides, such as counting, once what was done here is durable; never when it is undone.
    fn after_commit(&self, act: impl FnOnce() + Send + 'static);
}

// What talks to PostgreSQL is boxed: it is large, and would be a part of every request's future, on SQLite as well.
impl Run for Db {
    async fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        match self {
            Self::Sqlite(_) if !is_read(sql) => {
                self.transaction(|tx| async move { tx.first(sql, params, most).await })
                    .await
            }
            Self::Sqlite(db) => {
                let figures = self.figures();
                figures.statement(true, db.first(sql, params, most)).await
            }
            Self::Postgres(db) => {
                let _turn = db.turn().await;
                let work = Box::pin(db.first(sql, params, most));
                self.figures().statement(is_read(sql), work).await
            }
        }
    }

    async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        match self {
            Self::Sqlite(_) => {
                self.transaction(|tx| async move { tx.execute(sql, params).await })
                    .await
            }
            Self::Postgres(db) => {
                let _turn = db.turn().await;
                let work = Box::pin(db.execute(sql, params));
                self.figures().statement(false, work).await
            }
        }
    }

    async fn optional(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        match self {
            Self::Sqlite(_) if !is_read(sql) => {
                self.transaction(|tx| async move { tx.optional(sql, params).await })
                    .await
            }
            Self::Sqlite(db) => {
                let figures = self.figures();
                figures.statement_here(true, || db.optional(sql, params))
            }
            Self::Postgres(db) if is_read(sql) => {
                let _turn = db.turn().await;
                let work = Box::pin(db.point(sql, params));
                self.figures().statement(true, work).await
            }
            Self::Postgres(db) => {
                let _turn = db.turn().await;
                let work = Box::pin(db.first(sql, params, 1));
                let rows = self.figures().statement(false, work).await?;
                Ok(rows.first.into_iter().next())
            }
        }
    }

    async fn one(&self, sql: &str, params: &[Value]) -> Result<Row> {
        // Counts take their time: not on a connection where others would wait behind them.
        let rows = self.all(sql, params).await?;
        rows.into_iter().next().ok_or_else(no_row)
    }

    fn after_commit(&self, act: impl FnOnce() + Send + 'static) {
        // A statement on its own is durable once it is answered.
        act();
    }
}

fn no_row() -> Fault {
    Fault::Other("a statement that always has a row had none".into())
}

/// Whether a statement only reads: SQLite's readers refuse one that writes and returns rows.
fn is_read(sql: &str) -> bool {
    sql.trim_start()
        .get(..6)
        .is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

impl Db {
    /// Opens (and creates) the SQLite file at `path`.
    pub fn open_sqlite(path: &Path) -> Result<Self> {
        sqlite::Sqlite::open(path).map(Self::Sqlite)
    }

    /// Prepares `connections` connections to the PostgreSQL server at `url`; the first one is made at once.
    pub async fn open_postgres(url: &str, connections: usize) -> Result<Self> {
        postgres::Postgres::open(url, connections)
            .await
            .map(Self::Postgres)
    }

    /// The same database for whoever can wait as long as `patience`.
    ///
    /// On SQLite, what is written through it is made durable together with what others write within that time, in one fsync
    /// instead of many. It is acknowledged as late, and as durable, as ever. Whoever writes without patience takes all that
    /// wait along.
    ///
    /// PostgreSQL gathers commits by itself. If it is on the same machine and somebody reads there, what goes to it through such
    /// handles goes one after another, and whoever has lost his patience goes at once: ten of its processes that wake up at the
    /// same moment would keep those that read from the cores.
    #[must_use]
    pub fn unhurried(&self, patience: Duration) -> Self {
        let mut db = self.clone();
        match &mut db {
            Self::Sqlite(db) => db.patience = patience,
            Self::Postgres(db) => db.patience = patience,
        }
        db
    }

    /// The engine.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// What has been counted since it was opened.
    pub fn figures(&self) -> &Figures {
        match self {
            Self::Sqlite(db) => db.figures(),
            Self::Postgres(db) => db.figures(),
        }
    }

    fn shared_figures(&self) -> std::sync::Arc<Figures> {
        match self {
            Self::Sqlite(db) => db.shared_figures(),
            Self::Postgres(db) => db.shared_figures(),
        }
    }

    /// The connections, where there is a server to connect to.
    pub fn connections(&self) -> Option<Connections> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(db) => Some(db.connections()),
        }
    }

    /// What [`Db::by_key`] waits for in another process, told to whoever computes beside it.
    pub fn on_the_way(&self) -> OnTheWay {
        match self {
            Self::Sqlite(_) => OnTheWay::default(),
            Self::Postgres(db) => db.on_the_way(),
        }
    }

    /// How many migrations of this release are missing; the database may have later ones of a newer release besides.
    pub async fn missing_migrations(&self) -> Result<usize> {
        migrate::missing(self).await
    }

    /// Applies the migrations that are missing and answers how many those were.
    pub async fn migrate(&self) -> Result<usize> {
        migrate::run(self, usize::MAX).await
    }

    /// The same, and no further than to the first `count` migrations.
    pub async fn migrate_until(&self, count: usize) -> Result<usize> {
        migrate::run(self, count).await
    }

    /// The row whose key (a UUID or bytes) is `key`, for what every request asks: PostgreSQL answers many of them at once.
    ///
    /// The first column of `sql` is the key, and its `$1` the one that is compared with it; `params`, behind it, are moments, of
    /// which a later one serves as well.
    pub async fn by_key(
        &self,
        sql: &'static str,
        key: impl Into<Value>,
        params: &[Value],
    ) -> Result<Option<Row>> {
        let key = key.into();
        match self {
            Self::Sqlite(_) => self.optional(sql, &[&[key], params].concat()).await,
            Self::Postgres(db) => {
                let work = Box::pin(db.by_key(sql, key, params));
                self.figures().statement(true, work).await
            }
        }
    }

    /// Answers whether `sql` is understood: the guard test prepares every statement with it.
    pub async fn prepare(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(db) => db.prepare(sql),
            Self::Postgres(db) => db.prepare(sql).await,
        }
    }

    /// The same for a statement that [`Db::by_key`] is given, in the form in which it answers many.
    pub async fn prepare_by_key(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(db) => db.prepare(sql),
            Self::Postgres(db) => db.prepare(&postgres::of_many(sql)).await,
        }
    }

    /// Prepares for very many rows, as an import writes them: what they change in a large index lies all over it, and is
    /// kept in memory and in the log before it is written there (64 and 160 MiB on SQLite; PostgreSQL has its own settings).
    pub async fn expect_many_rows(&self) -> Result<()> {
        match self {
            Self::Sqlite(db) => db.expect_many_rows().await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Writes what is waiting and closes the files; further statements fail.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(db) => db.close().await,
            Self::Postgres(db) => db.close(),
        }
    }
}

/// Declares a feature's statements: a constant each, and `STATEMENTS` with all of them for the guard test.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        /// Every statement of this file, by name.
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// The parameters of a statement, in the order `$1, $2, …`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Value::from($value)),*] };
}
