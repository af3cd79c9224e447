//! The least that an authenticated read can cost: a bare axum route that checks a token (HS256) and reads one row of
//! SQLite by its key. No session, no headers, no log. What Gatepost answers is held against it.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use axum::serve::ListenerExt;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{Server, free_address};
use crate::Result;

const SECRET: &[u8] = b"a key of 32 bytes for the limit.";
const ROWS: u64 = 1000;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: u64,
    exp: i64,
}

/// The bare server with its database.
pub struct Bare {
    folder: TempDir,
}

impl Bare {
    /// Makes its database.
    pub fn fresh(place: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix_in("bare-", place)?;
        let db = Connection::open(folder.path().join("bare.db"))?;
        db.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE accounts (id INTEGER PRIMARY KEY, body TEXT NOT NULL);")?;
        // About as long as what `GET /myaccount` answers.
        let body = format!("{{\"bio\":\"{}\"}}", "x".repeat(600));
        for id in 0..ROWS {
            db.execute("INSERT INTO accounts VALUES (?1, ?2)", (id as i64, &body))?;
        }
        Ok(Self { folder })
    }

    /// Starts it as a process of its own.
    pub async fn start(&self) -> Result<Server> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        let database = self.folder.path().join("bare.db");
        command.arg("bare").arg(address.to_string()).arg(database);
        Server::start(command, address, "/").await
    }

    /// A token that it accepts.
    pub fn token(number: u64) -> Result<String> {
        let claims = Claims {
            sub: number % ROWS,
            exp: i64::MAX / 2,
        };
        let key = EncodingKey::from_secret(SECRET);
        Ok(jsonwebtoken::encode(
            &Header::new(Algorithm::HS256),
            &claims,
            &key,
        )?)
    }
}

struct Bench {
    database: PathBuf,
    key: DecodingKey,
    rules: Validation,
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// Serves until it is killed: the process that [`Bare::start`] starts.
pub async fn serve(address: SocketAddr, database: PathBuf) -> Result<()> {
    let bench: &'static Bench = Box::leak(Box::new(Bench {
        database,
        key: DecodingKey::from_secret(SECRET),
        rules: Validation::new(Algorithm::HS256),
    }));
    let router = Router::new()
        .route("/", get(async || "ready"))
        .route("/myaccount", get(read))
        .with_state(bench);
    let listener = TcpListener::bind(address).await?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn read(
    State(bench): State<&'static Bench>,
    headers: HeaderMap,
) -> Result<([(header::HeaderName, &'static str); 1], String), StatusCode> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = token.and_then(|text| text.strip_prefix("Bearer "));
    let token = token.ok_or(StatusCode::UNAUTHORIZED)?;
    let claims = jsonwebtoken::decode::<Claims>(token, &bench.key, &bench.rules)
        .map_err(|_| StatusCode::UNAUTHORIZED)?
        .claims;
    let body = row(bench, claims.sub).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}

fn row(bench: &Bench, id: u64) -> rusqlite::Result<String> {
    READER.with_borrow_mut(|reader| {
        if reader.is_none() {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            *reader = Some(Connection::open_with_flags(&bench.database, flags)?);
        }
        let reader = reader.as_ref().ok_or(rusqlite::Error::InvalidQuery)?;
        let mut statement = reader.prepare_cached("SELECT body FROM accounts WHERE id = ?1")?;
        statement.query_row([id as i64], |row| row.get(0))
    })
}
