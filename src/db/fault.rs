//! What can go wrong in a database, sorted by what the caller can do about it.

use thiserror::Error;

/// A failed statement or transaction.
#[derive(Debug, Clone, Error)]
pub enum Fault {
    /// A unique rule of `table.column` was broken: the value is taken.
    #[error("{0} is taken")]
    Unique(String),
    /// Another transaction was in the way; the same work may succeed when it is tried again.
    #[error("could not be ordered among concurrent transactions")]
    Retry,
    /// The database cannot be reached or written just now.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The file is broken, or none of SQLite's.
    #[error("{0}")]
    Damaged(String),
    /// A fault of the program, or of the database's contents.
    #[error("{0}")]
    Other(String),
}

impl Fault {
    /// What has happened, for a sentence that says by itself what it has happened to.
    pub(super) fn cause(&self) -> String {
        match self {
            Self::Unavailable(cause) => cause.clone(),
            other => other.to_string(),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;

        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return Self::Other(error.to_string());
        };
        match (code.code, code.extended_code, message) {
            // The message reads "UNIQUE constraint failed: accounts.email_key".
            (
                _,
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                Some(message),
            ) => {
                let column = message.rsplit(": ").next().unwrap_or_default();
                Self::Unique(column.to_owned())
            }
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, ..) => Self::Retry,
            (
                ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure,
                ..,
            ) => Self::Unavailable(error.to_string()),
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, ..) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;

        let Some(cause) = error.as_db_error() else {
            let source = std::error::Error::source(&error);
            let is_broken = source
                .and_then(|source| source.downcast_ref::<std::io::Error>())
                .is_some();
            return if error.is_closed() || is_broken {
                Self::Unavailable(error.to_string())
            } else {
                Self::Other(describe(&error))
            };
        };
        let code = cause.code();
        if *code == SqlState::UNIQUE_VIOLATION {
            // The migrations name each unique constraint "table.column".
            return Self::Unique(cause.constraint().unwrap_or_default().to_owned());
        }
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
        {
            return Self::Retry;
        }
        // Of statements that were sent together an earlier one has failed, for a reason that its own answer tells; where that
        // reason lasts, the next try meets it as well.
        if *code == SqlState::IN_FAILED_SQL_TRANSACTION {
            return Self::Retry;
        }
        // Class 57: operator intervention (a restart); class 53: out of connections, memory or disk; class 08: connection.
        if matches!(code.code().get(..2), Some("57" | "53" | "08")) {
            return Self::Unavailable(cause.message().to_owned());
        }
        Self::Other(cause.message().to_owned())
    }
}

impl From<deadpool_postgres::PoolError> for Fault {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        use deadpool_postgres::{PoolError, TimeoutType};

        Self::Unavailable(match error {
            PoolError::Backend(error) => describe(&error),
            PoolError::Timeout(TimeoutType::Wait) => "all connections are in use".to_owned(),
            PoolError::Timeout(_) => "it did not answer in time".to_owned(),
            other => other.to_string(),
        })
    }
}

/// The whole chain of causes in one line: tokio-postgres prints only the outermost.
fn describe(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
