//! The bare comparison program: an axum route that checks a token's code and reads one row, and nothing besides.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Connections to read with: as many as there are likely to be threads.
const READERS: usize = 4;

struct Bare {
    key: hmac::Key,
    readers: Vec<Mutex<rusqlite::Connection>>,
}

/// A token that [`serve`] takes.
pub fn token() -> String {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"500","exp":4000000000}"#);
    let code = URL_SAFE_NO_PAD.encode(hmac::sign(&key(), claims.as_bytes()));
    format!("{claims}.{code}")
}

fn key() -> hmac::Key {
    hmac::Key::new(
        hmac::HMAC_SHA256,
        b"a key for a benchmark, of no use elsewhere",
    )
}

/// Serves on `port` until the process is killed.
pub async fn serve(port: u16) {
    let folder = std::env::temp_dir().join(format!("gatepost-bare-{port}"));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("bare.db");
    let writer = rusqlite::Connection::open(&path).unwrap();
    writer.pragma_update(None, "journal_mode", "WAL").unwrap();
    writer
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, email TEXT, name TEXT)",
        )
        .unwrap();
    for id in 0..1000 {
        writer
            .execute(
                "INSERT OR REPLACE INTO people VALUES (?1, ?2, ?3)",
                rusqlite::params![
                    id,
                    format!("person{id}@example.com"),
                    format!("Person {id}")
                ],
            )
            .unwrap();
    }
    let open = |_| Mutex::new(rusqlite::Connection::open(&path).unwrap());
    let bare = Arc::new(Bare {
        key: key(),
        readers: (0..READERS).map(open).collect(),
    });
    let router = Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/me", get(me))
        .with_state(bare);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    axum::serve(listener, router).await.unwrap();
}

async fn me(
    State(bare): State<Arc<Bare>>,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, StatusCode> {
    let token = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let token = token
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let (claims, code) = token.split_once('.').ok_or(StatusCode::UNAUTHORIZED)?;
    let code = URL_SAFE_NO_PAD
        .decode(code)
        .map_err(|_| StatusCode::UNAUTHORIZED)?;
    hmac::verify(&bare.key, claims.as_bytes(), &code).map_err(|_| StatusCode::UNAUTHORIZED)?;
    let claims = URL_SAFE_NO_PAD
        .decode(claims)
        .map_err(|_| StatusCode::UNAUTHORIZED)?;
    let claims: serde_json::Value =
        serde_json::from_slice(&claims).map_err(|_| StatusCode::UNAUTHORIZED)?;
    let id: i64 = claims["sub"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .unwrap_or(0);
    let free = bare
        .readers
        .iter()
        .find_map(|reader| reader.try_lock().ok());
    let reader = free.unwrap_or_else(|| bare.readers[0].lock().unwrap());
    let mut statement = reader
        .prepare_cached("SELECT email, name FROM people WHERE id = ?1")
        .unwrap();
    let row = statement.query_row([id], |row| {
        Ok(serde_json::json!({"id": id, "email": row.get::<_, String>(0)?, "name": row.get::<_, String>(1)?}))
    });
    row.map(Json).map_err(|_| StatusCode::NOT_FOUND)
}
