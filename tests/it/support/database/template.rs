//! A database that is migrated once, and copied for each test: to run all migrations takes longer than most tests do.
//!
//! Whether migrations do the right thing is for `tests/it/migrations.rs`, which begins with empty databases.

use std::path::Path;

use gatepost::app::open_database;
use gatepost::config::Config;
use gatepost::{crypto, db};
use tokio::sync::OnceCell;

use super::{connect, new_name, run, url_of};

/// Lays a migrated SQLite file into the folder.
pub async fn put_file(folder: &Path) {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let file = FILE.get_or_init(make_file).await;
    std::fs::write(folder.join("gatepost.db"), file).expect("a file can be written");
}

async fn make_file() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config {
        data: folder.path().into(),
        ..Config::default()
    };
    let (db, _) = open_database(&config).await.expect("the database opens");
    // Folds the log into the file.
    db.close().await;
    std::fs::read(folder.path().join("gatepost.db")).expect("the file is there")
}

/// The name of a migrated database on the server. It stays, and serves the next run as well: its name says what it was
/// made by.
pub async fn name_on(server: &str) -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(async || {
        let name = format!("gatepost_template_{}", version());
        if !exists(server, &name).await {
            make_on(server, &name).await;
        }
        name
    })
    .await
}

/// Stands for the text of all migrations.
fn version() -> String {
    let all = db::migrations().expect("migrations");
    let all: String = all.into_iter().map(|one| one.sql).collect();
    crypto::hex(&crypto::digest(all.as_bytes()))[..16].to_owned()
}

async fn exists(server: &str, name: &str) -> bool {
    let (client, _connection) = connect(server).await;
    let sql = "SELECT count(*) FROM pg_database WHERE datname = $1";
    let row = client.query_one(sql, &[&name]).await.expect("an answer");
    row.get::<_, i64>(0) == 1
}

/// Nobody finds a half-made one under its name.
async fn make_on(server: &str, name: &str) {
    let making = new_name();
    run(server, &format!("CREATE DATABASE {making}")).await;
    let mut config = Config::default();
    config.database.url = url_of(server, &making).as_str().into();
    let (db, _) = open_database(&config).await.expect("the database opens");
    db.close().await;
    run(server, &format!("ALTER DATABASE {making} RENAME TO {name}")).await;
}
