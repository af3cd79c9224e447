//! A database for each test: a SQLite file, or on the server of `GATEPOST_TEST_POSTGRES` a database that is dropped at the end.

pub mod standby;

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tokio_postgres::NoTls;

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
        let postgres = match std::env::var("GATEPOST_TEST_POSTGRES") {
            Ok(server) => Some(Created::on(server).await),
            Err(_) => None,
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

impl Created {
    async fn on(server: String) -> Self {
        let name = format!("gatepost_{}", gatepost::ids::MailId::new().0.simple());
        // A copy of the files takes half the time of one through the log.
        let create = format!("CREATE DATABASE {name} STRATEGY FILE_COPY");
        run(&server, &create).await;
        Self { server, name }
    }

    /// The server's address with the database's name as its path.
    fn url(&self) -> String {
        let mut url = url::Url::parse(&self.server).expect("GATEPOST_TEST_POSTGRES is an address");
        url.set_path(&self.name);
        url.into()
    }
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
    let (client, connection) = tokio_postgres::connect(server, NoTls)
        .await
        .expect("PostgreSQL answers");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(statement)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    drop(client);
    let _ = connection.await;
}
