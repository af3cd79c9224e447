//! Gatepost: the release binary with a folder of its own, on SQLite or on a fresh database of PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use gatepost::db::Db;
use tempfile::TempDir;

use super::postgres::make_database;
use super::{Server, free_address};
use crate::http::Request;
use crate::{Result, fault};

/// The program that is measured, unless `GATEPOST_BINARY` names another: where `scripts/bench.sh` has built it.
const BUILT: &str = env!("CARGO_BIN_EXE_gatepost");
/// What every start is waited for with: a page that the program renders.
const READY: &str = "/login-form";

/// Where accounts are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// In the folder.
    Sqlite,
    /// On the server at this address.
    Postgres(String),
}

impl Database {
    /// As the tables call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// An installation.
pub struct Gatepost {
    folder: TempDir,
    url: String,
}

/// The tokens of a login.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For reading.
    pub access: String,
    /// For the next ones.
    pub refresh: String,
}

impl Gatepost {
    /// A new folder below `place` and, on PostgreSQL, a new database.
    pub async fn fresh(place: &Path, database: &Database) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let url = match database {
            Database::Sqlite => String::new(),
            Database::Postgres(server) => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                make_database(server, &format!("bench_{}_{number}", std::process::id())).await?
            }
        };
        Ok(Self {
            folder: TempDir::with_prefix_in("gatepost-", place)?,
            url,
        })
    }

    /// The program.
    pub fn binary() -> PathBuf {
        std::env::var_os("GATEPOST_BINARY").map_or_else(|| BUILT.into(), PathBuf::from)
    }

    /// Settings as they are by default, but for where it listens and keeps its things.
    fn command(&self) -> Command {
        let mut command = Command::new(Self::binary());
        command.env_clear().current_dir(self.folder.path());
        command.env("GATEPOST_DATA", self.folder.path());
        if !self.url.is_empty() {
            command.env("GATEPOST_DATABASE_URL", &self.url);
        }
        command
    }

    /// Starts it.
    pub async fn start(&self) -> Result<Server> {
        let address = free_address()?;
        let mut command = self.command();
        command.env("GATEPOST_LISTEN", address.to_string());
        Server::start(command, address, READY).await
    }

    /// Opens its database from outside, after the program itself has brought it up to date. It must not be running.
    pub async fn open_database(&self) -> Result<Db> {
        let mut command = self.command();
        let migrated = command.arg("migrate").stdout(Stdio::null()).status()?;
        if !migrated.success() {
            return fault(format!("{command:?}: {migrated}"));
        }
        Ok(if self.url.is_empty() {
            Db::open_sqlite(&self.folder.path().join("gatepost.db"))?
        } else {
            Db::open_postgres(&self.url, 2).await?
        })
    }

    /// The request of a login.
    pub fn login(email: &str, password: &str) -> Vec<u8> {
        Request::form("/login/", &[("username", email), ("password", password)])
    }

    /// The request for the next tokens.
    pub fn refresh(token: &str) -> Vec<u8> {
        let body = serde_json::json!({ "refresh_token": token });
        Request::json("/login/refresh", &body)
    }

    /// What a login or a refresh has answered.
    pub fn tokens(body: &[u8]) -> Option<Tokens> {
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| Some(body.get(name)?.as_str()?.to_owned());
        Some(Tokens {
            access: text("access_token")?,
            refresh: text("refresh_token")?,
        })
    }
}
