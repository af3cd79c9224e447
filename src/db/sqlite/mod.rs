//! SQLite: one writer that commits waiting transactions together (`writer.rs`), and readers that answer in place.
//!
//! A point read costs a few microseconds, less than handing it to another thread, so it runs where it is asked for.
//! Lists may take longer and go to the blocking threads.

mod connection;
mod writer;

use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use tokio::sync::Semaphore;

use super::figures::Figures;
use super::{Fault, Result, Row, Rows, Value};

pub(super) use connection::Connection;
pub(super) use writer::{Released, Writer};

/// How long a reader, or a new file, waits for another process that holds it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long whoever wants to write waits: for those before him, and for another process that writes.
const WAIT: Duration = Duration::from_secs(10);

/// How long to wait before looking again whether another process still writes.
const PAUSE: Duration = Duration::from_millis(20);

/// An open SQLite file.
#[derive(Clone)]
pub struct Sqlite {
    inner: Arc<Inner>,
    /// How long what is written through this handle may wait for company.
    pub(super) patience: Duration,
}

struct Inner {
    writer: Arc<tokio::sync::Mutex<Writer>>,
    readers: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    path: std::path::PathBuf,
    figures: Arc<Figures>,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let writer = rusqlite::Connection::open(path).map_err(|error| cannot_open(path, &error))?;
        writer.busy_timeout(BUSY_TIMEOUT)?;
        use_log(&writer)?;
        // From here on it is waited for without holding up the thread.
        writer.busy_timeout(Duration::ZERO)?;
        keep_plans(&writer)?;
        // With `synchronous=NORMAL` a power cut loses commits that were acknowledged; FULL makes each one durable.
        writer.execute_batch("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")?;
        // In KiB: what a group of log-ins changes, and the upper pages of the trees. More is put down before its commit.
        writer.execute_batch("PRAGMA cache_size=-1024;")?;
        // What the pages were that a transaction changes, so that it alone can be undone: some thirty of a log-in.
        writer.execute_batch("PRAGMA temp_store=MEMORY;")?;
        let writer = Connection::new(writer, 128);
        let figures = Arc::<Figures>::default();
        let inner = Inner {
            writer: Arc::new(tokio::sync::Mutex::new(Writer::new(
                writer,
                Arc::clone(&figures),
            ))),
            readers: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(lists_at_once())),
            path: path.to_owned(),
            figures,
        };
        Ok(Self {
            inner: Arc::new(inner),
            patience: Duration::ZERO,
        })
    }

    pub(super) fn figures(&self) -> &Figures {
        &self.inner.figures
    }

    pub(super) fn shared_figures(&self) -> Arc<Figures> {
        Arc::clone(&self.inner.figures)
    }

    pub(super) async fn writer(&self) -> tokio::sync::OwnedMutexGuard<Writer> {
        Arc::clone(&self.inner.writer).lock_owned().await
    }

    /// The writer with a transaction begun.
    pub(super) async fn begin(&self) -> Result<tokio::sync::OwnedMutexGuard<Writer>> {
        let until = Instant::now() + WAIT;
        let held = || Fault::Unavailable("another process, or whoever was first, writes".into());
        let writer = tokio::time::timeout_at(until.into(), self.writer()).await;
        let mut writer = writer.map_err(|_| held())?;
        loop {
            match writer.begin() {
                Err(Fault::Retry) if Instant::now() < until => tokio::time::sleep(PAUSE).await,
                Err(Fault::Retry) => return Err(held()),
                begun => return begun.map(|()| writer),
            }
        }
    }

    pub(super) fn optional(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        self.read(|connection| connection.optional(sql, params))
    }

    pub(super) async fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        let (this, sql, params) = (self.clone(), sql.to_owned(), params.to_vec());
        let permit = Arc::clone(&self.inner.permits).acquire_owned().await;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            this.read(|connection| connection.first(&sql, &params, most))
        })
        .await
        .map_err(|error| Fault::Other(error.to_string()))?
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<()> {
        self.read(|connection| Ok(connection.prepare_cached(sql).map(drop)?))
    }

    /// The memory in KiB, the log in pages of 4 KiB: as long as that, a page that is changed again and again is written into the
    /// file once. What has to be undone may be more than fits into memory.
    pub(super) async fn expect_many_rows(&self) -> Result<()> {
        let writer = self.writer().await;
        Ok(writer.connection()?.execute_batch(
            "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=40000; PRAGMA temp_store=FILE;",
        )?)
    }

    pub(super) async fn close(&self) {
        let mut writer = self.writer().await;
        writer.commit();
        self.inner
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        // Closing the last connection folds the write-ahead log into the file.
        writer.connection = None;
    }

    /// Runs `work` on a reader, which is opened when none lies idle.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self
            .inner
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = idle.map_or_else(|| self.open_reader(), Ok)?;
        let answer = work(&connection);
        self.inner
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        answer
    }

    fn open_reader(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(&self.inner.path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        keep_plans(&connection)?;
        // The system keeps the file in memory as well; here the upper pages of its trees are enough. In KiB.
        connection.execute_batch("PRAGMA query_only=ON; PRAGMA cache_size=-512;")?;
        Ok(Connection::new(connection, 64))
    }
}

/// Turns the write-ahead log on. Two that do so at once on a new file are in each other's way, and this is the one
/// statement for which SQLite does not wait by itself.
fn use_log(connection: &rusqlite::Connection) -> Result<()> {
    let until = Instant::now() + BUSY_TIMEOUT;
    loop {
        match connection
            .execute_batch("PRAGMA journal_mode=WAL;")
            .map_err(Fault::from)
        {
            Err(Fault::Retry) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

/// Lets a prepared statement keep its plan (the query planner stability guarantee). Otherwise SQLite prepares it anew
/// whenever a value changes that could lead to another plan, such as the present moment: at every request.
fn keep_plans(connection: &rusqlite::Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// A list keeps a processor busy: more of them at once would take longer, and each holds a connection with its memory.
fn lists_at_once() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get)
}

fn cannot_open(path: &Path, error: &rusqlite::Error) -> Fault {
    Fault::Unavailable(format!("{} cannot be opened: {error}", path.display()))
}
