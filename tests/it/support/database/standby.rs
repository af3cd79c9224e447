//! A hot standby of the private PostgreSQL that `scripts/with-postgres.sh` starts: made in a quarter of a second, and gone with its test.

use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, getuid, kill_process};
use tokio_postgres::NoTls;
use url::Url;

/// A running standby, or one that a test has stopped.
pub struct Standby {
    folder: PathBuf,
    /// What keeps at the primary the log that it has not received yet: other tests write much, and do not wait.
    slot: String,
    primary: Url,
    port: u16,
    /// Whom the files of the primary belong to: PostgreSQL does not run as root.
    owner: (u32, u32),
}

impl Standby {
    /// Copies the server of the tests; `None` where there is none of which files can be made.
    pub fn create() -> Option<Self> {
        let primary = std::env::var("GATEPOST_TEST_POSTGRES").ok()?;
        let data = PathBuf::from(std::env::var_os("GATEPOST_TEST_POSTGRES_DATA")?);
        let owner = std::fs::metadata(&data).expect("the server's files");
        // Beside the primary: what an interrupted test leaves goes away with it.
        let slot = format!("standby_{}", gatepost::ids::MailId::new().0.simple());
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let standby = Self {
            folder: data.parent().expect("a folder").join(&slot),
            slot,
            primary: Url::parse(&primary).expect("an address"),
            port: free.local_addr().unwrap().port(),
            owner: (owner.uid(), owner.gid()),
        };
        drop(free);
        let folder = standby.folder.to_str().unwrap();
        let copy = [
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
            "--create-slot",
            "--slot",
            &standby.slot,
            "--pgdata",
            folder,
            "--dbname",
            &primary,
        ];
        standby.run("pg_basebackup", &copy);
        standby.start();
        Some(standby)
    }

    /// The address of the same database there.
    pub fn url(&self, of_primary: &str) -> String {
        let mut url = Url::parse(of_primary).expect("an address");
        url.set_port(Some(self.port)).unwrap();
        url.into()
    }

    pub fn start(&self) {
        let (options, log) = (format!("-p {}", self.port), self.folder.join("server.log"));
        let log = log.to_str().unwrap();
        self.control("start", &["--wait", "--options", &options, "--log", log]);
    }

    /// Kills it, as the loss of a machine does.
    pub fn kill(&self) {
        self.control("stop", &["--mode=immediate"]);
    }

    /// Makes a primary of it, as a failover does.
    pub fn promote(&self) {
        self.control("promote", &["--wait"]);
    }

    /// It says nothing any more and does not go away either, as a machine that hangs. What `freeze` has stopped goes on.
    pub fn freeze(&self, is_frozen: bool) {
        let signal = if is_frozen {
            Signal::STOP
        } else {
            Signal::CONT
        };
        for process in self.processes() {
            let _ = kill_process(process, signal);
        }
    }

    /// The server and all that it has started, which are its backends.
    fn processes(&self) -> Vec<Pid> {
        let lines = std::fs::read_to_string(self.folder.join("postmaster.pid")).unwrap_or_default();
        let Some(server) = lines.lines().next() else {
            return Vec::new();
        };
        let children = format!("/proc/{server}/task/{server}/children");
        let children = std::fs::read_to_string(children).unwrap_or_default();
        let ids = std::iter::once(server).chain(children.split_whitespace());
        ids.filter_map(|id| Pid::from_raw(id.parse().ok()?))
            .collect()
    }

    /// It receives what the primary writes, and shows nothing of it.
    pub async fn pause(&self) {
        self.ask("SELECT pg_wal_replay_pause()").await;
        // The request is granted after the record that is replayed just now.
        while self.ask("SELECT pg_get_wal_replay_pause_state()").await != "paused" {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// It shows everything again.
    pub async fn resume(&self) {
        self.ask("SELECT pg_wal_replay_resume()").await;
    }

    async fn ask(&self, sql: &str) -> String {
        let url = self.url(self.primary.as_str());
        let (client, connection) = tokio_postgres::connect(&url, NoTls)
            .await
            .expect("the standby answers");
        tokio::spawn(connection);
        let rows = client.simple_query(sql).await.expect(sql);
        let row = rows.iter().find_map(|row| match row {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        row.unwrap_or_default()
    }

    fn control(&self, act: &str, arguments: &[&str]) {
        let folder = self.folder.to_str().unwrap();
        self.run(
            "pg_ctl",
            &[&[act, "--silent", "--pgdata", folder], arguments].concat(),
        );
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        // Its log has what the server says.
        command
            .args(arguments)
            .current_dir("/")
            .stdout(Stdio::null());
        if getuid().is_root() {
            command.uid(self.owner.0).gid(self.owner.1);
        }
        let status = command.status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "{program} {arguments:?}"
        );
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        if self.folder.join("postmaster.pid").exists() {
            self.freeze(false);
            self.kill();
        }
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.join("server.log"));
            eprintln!("the standby says:\n{}", log.unwrap_or_default());
        }
        // It is in use until the primary has noticed that the standby is gone.
        let drop = format!(
            "DO $$ BEGIN FOR tries IN 1..100 LOOP
                EXIT WHEN NOT (SELECT active FROM pg_replication_slots WHERE slot_name = '{0}');
                PERFORM pg_sleep(0.02);
            END LOOP; PERFORM pg_drop_replication_slot('{0}'); END $$",
            self.slot
        );
        super::run_at_the_end(self.primary.to_string(), drop);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
