//! The application under test: the real one, on a database of its own and with a clock that a test moves.

use std::ops::Deref;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use gatepost::app::{self, App};
use gatepost::clock::Clock;
use gatepost::config::{ByteSize, Config, Loaded, Period};
use gatepost::http::{Listeners, Site, Tls, serve};
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinHandle;

use super::database::Database;
use super::people::Person;

/// An application that lives as long as its test. It is an [`App`] as well.
pub struct TestApp {
    app: App,
    pub site: Site,
    pub(super) admin: OnceCell<Person>,
    /// Every password that was sent: none may come back in any answer.
    pub(super) secrets: Arc<Mutex<Vec<String>>>,
    database: Database,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// Starts with changed settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(Database::migrated().await, change).await
    }

    /// Starts on a database that another application may have used before.
    pub async fn on(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        Self::open(database, Clock::standing(), change).await
    }

    /// Starts with settings that were set by somebody.
    pub async fn with_loaded(change: impl FnOnce(&mut Loaded)) -> Self {
        let database = Database::migrated().await;
        let mut loaded = Loaded {
            config: settings(&database),
            ..Loaded::default()
        };
        change(&mut loaded);
        Self::open_loaded(database, Clock::standing(), loaded).await
    }

    /// A second node on the same database, by the same clock.
    pub async fn second_node(&self) -> Self {
        self.second_node_with(|_| ()).await
    }

    /// A second node with other settings.
    pub async fn second_node_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let node = Self::open(self.database.shared(), self.clock.clone(), change).await;
        node.secrets
            .lock()
            .unwrap()
            .clone_from(&self.secrets.lock().unwrap());
        node
    }

    async fn open(database: Database, clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = settings(&database);
        change(&mut config);
        let loaded = Loaded {
            config,
            ..Loaded::default()
        };
        Self::open_loaded(database, clock, loaded).await
    }

    async fn open_loaded(database: Database, clock: Clock, loaded: Loaded) -> Self {
        log_errors();
        let app = App::open_loaded(loaded, clock)
            .await
            .expect("the application opens");
        let site = app::site(app.clone());
        Self {
            app,
            site,
            admin: OnceCell::new(),
            secrets: Arc::default(),
            database,
        }
    }

    /// Moves the time to one second before `time` has passed.
    pub fn advance_almost(&self, time: Duration) {
        self.clock
            .advance(time.saturating_sub(Duration::from_secs(1)));
    }

    /// Closes the database, and lets nobody open it again.
    pub async fn take_database_away(&self) {
        self.db.close().await;
        // On SQLite a reader would find the file.
        let _ = std::fs::remove_file(self.config.data.join("gatepost.db"));
    }

    /// Answers on a real socket, for what cannot be seen without one; as `serve` does, by TLS if the settings say so.
    pub async fn listen(&self) -> Server {
        let tls = Tls::load(&self.config, self.clock.now()).expect("a good certificate");
        let listeners = Listeners::bind(&["127.0.0.1:0".parse().unwrap()])
            .await
            .expect("a free port");
        let redirect = self.config.redirect_addresses().expect("addresses");
        let listeners = listeners
            .with_redirect(&redirect)
            .await
            .expect("a free port");
        let (port, redirect_port) = (listeners.port(), listeners.redirect_port());
        let listeners = listeners.with_tls(tls);
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(serve(
            self.app.clone(),
            self.site.clone(),
            listeners,
            stopped,
        ));
        Server {
            port,
            redirect_port,
            stop,
            running,
        }
    }
}

/// Does the same on two nodes at once. Each has a thread, as two processes do: on one thread, the node that waits for
/// SQLite's lock would keep the other from giving it back.
pub async fn on_both<T: Send + 'static, Work>(
    one: &App,
    other: &App,
    work: impl Fn(App) -> Work,
) -> (T, T)
where
    Work: Future<Output = T> + Send + 'static,
{
    let (one, other) = (work(one.clone()), work(other.clone()));
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    (one.await.expect("no panic"), other.await.expect("no panic"))
}

/// An application with changed settings.
pub async fn app_with(change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::with(change).await
}

/// The cheapest settings: hashing that costs nothing, and few threads.
pub fn settings(database: &Database) -> Config {
    let mut config = Config {
        data: database.folder().into(),
        ..Config::default()
    };
    if let Some(url) = database.url() {
        config.database.url = url.as_str().into();
    }
    config.database.connections = 6;
    config.passwords.argon2_memory = ByteSize::of_kib(64);
    config.passwords.argon2_iterations = 1;
    config.passwords.lanes = 2;
    // Many tests run beside each other: here nobody is to be told to come back later because the machine is busy.
    config.passwords.deadline = Period::seconds(10);
    config
}

/// The cause of a 500 stands only in the log: a failing test shows it.
fn log_errors() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::ERROR)
            .with_test_writer();
        let _ = subscriber.try_init();
    });
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Its threads would outlive the test.
        self.app.lane.close();
    }
}

/// Lets people stay signed in while a test moves the time for something else.
pub fn patient(config: &mut Config) {
    config.session.idle = Period::days(400);
    config.session.lifetime = Period::days(400);
    config.tokens.lifetime = Period::days(1);
}

/// An application that answers on a port.
pub struct Server {
    pub port: u16,
    pub redirect_port: u16,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Server {
    /// Stops as on SIGTERM, and waits for the end.
    pub async fn stop(self) {
        self.stop.send(true).expect("it runs");
        self.running.await.expect("no panic");
    }

    /// Sends bytes and answers everything that comes back until the server closes the connection.
    pub async fn exchange(&self, sent: &[u8]) -> String {
        self.exchange_at(self.port, sent).await
    }

    /// The same at another port.
    pub async fn exchange_at(&self, port: u16, sent: &[u8]) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};

        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("it listens");
        // The server may refuse and close before everything is sent.
        let _ = stream.write_all(sent).await;
        let mut received = Vec::new();
        let _ = stream.read_to_end(&mut received).await;
        String::from_utf8_lossy(&received).into_owned()
    }
}
