//! A database for each test: a SQLite file, or on the server of `GATEPOST_TEST_POSTGRES` a database that is dropped at the end.

pub mod standby;

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

mod template;

/// An empty database and a folder for the application's files.
pub struct Database(Arc<Inner>);

struct Inner {
    folder: TempDir,
    postgres: Option<Created>,
}

/// A database on the server.
struct Created {
    server: String,
    name: String,
}

impl Database {
    pub async fn create() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let postgres = match server() {
            Some(server) => Some(Created::on(server, "template1").await),
            None => None,
        };
        Self(Arc::new(Inner { folder, postgres }))
    }

    /// One with every table, and nothing in them.
    pub async fn migrated() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let postgres = if let Some(server) = server() {
            let template = template::name_on(&server).await;
            Some(Created::on(server, template).await)
        } else {
            template::put_file(folder.path()).await;
            None
        };
        Self(Arc::new(Inner { folder, postgres }))
    }

    /// The same database once more; it goes away with the last of them.
    pub fn shared(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    /// The address on the server; `None` for SQLite.
    pub fn url(&self) -> Option<String> {
        self.0.postgres.as_ref().map(Created::url)
    }
}

fn server() -> Option<String> {
    std::env::var("GATEPOST_TEST_POSTGRES").ok()
}

impl Created {
    async fn on(server: String, template: &str) -> Self {
        let name = new_name();
        // A copy of the files takes half the time of one through the log.
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
        run(&server, &create).await;
        Self { server, name }
    }

    fn url(&self) -> String {
        url_of(&self.server, &self.name)
    }
}

/// A name that no other database has.
fn new_name() -> String {
    format!("gatepost_{}", gatepost::ids::MailId::new().0.simple())
}

/// The server's address with the database's name as its path.
fn url_of(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("GATEPOST_TEST_POSTGRES is an address");
    url.set_path(name);
    url.into()
}

impl Drop for Created {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        run_at_the_end(self.server.clone(), statement);
    }
}

/// Runs a statement on a thread with a runtime of its own: the test's runtime may be about to end.
fn run_at_the_end(server: String, statement: String) {
    let running = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime
            .expect("a runtime")
            .block_on(run(&server, &statement));
    });
    let _ = running.join();
}

async fn run(server: &str, statement: &str) {
    let (client, connection) = connect(server).await;
    client
        .batch_execute(statement)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    drop(client);
    let _ = connection.await;
}

/// A client, and what ends when the connection has ended.
async fn connect(server: &str) -> (Client, JoinHandle<()>) {
    let (client, connection) = tokio_postgres::connect(server, NoTls)
        .await
        .expect("PostgreSQL answers");
    let connection = tokio::spawn(async { drop(connection.await) });
    (client, connection)
}
