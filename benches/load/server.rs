//! The program under test: started on a fresh database, watched, and stopped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Options;
use super::connection::{Request, once};

/// A running server.
pub struct Server {
    child: Child,
    pub port: u16,
    pub folder: PathBuf,
    /// From the start of the process to its first 200.
    pub started_in: Duration,
}

impl Server {
    /// Starts Gatepost on `folder`, with changed settings.
    pub async fn start(options: &Options, folder: &Path, settings: &[&str]) -> Self {
        let port = free_port();
        let mut command = Command::new(&options.binary);
        command
            .arg("--listen")
            .arg(format!("127.0.0.1:{port}"))
            .arg("--data")
            .arg(folder);
        if let Some(url) = &options.postgres {
            command.arg("--database-url").arg(url);
        }
        for setting in settings {
            command.arg("--set").arg(setting);
        }
        // A benchmark comes from one address, and logs in more often than people do.
        for setting in [
            "login.failures_per_network=1000000",
            "registration.per_network=1000000",
            "session.per_account=100000",
        ] {
            command.arg("--set").arg(setting);
        }
        Self::spawn(command, port, folder, "/.well-known/jwks.json").await
    }

    /// Starts the bare comparison program.
    pub async fn start_bare(folder: &Path) -> Self {
        let port = free_port();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("--bare").arg(port.to_string());
        Self::spawn(command, port, folder, "/").await
    }

    async fn spawn(mut command: Command, port: u16, folder: &Path, path: &str) -> Self {
        let began = Instant::now();
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let request = Request::get(path, None);
        loop {
            if let Ok(answer) = once(port, &request).await
                && answer.status == 200
            {
                break;
            }
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "{command:?} does not answer"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Self {
            child,
            port,
            folder: folder.into(),
            started_in: began.elapsed(),
        }
    }

    /// Resident memory now, in MiB.
    pub fn memory(&self) -> f64 {
        self.status("VmRSS:")
    }

    /// The most resident memory that it ever had, in MiB.
    pub fn peak_memory(&self) -> f64 {
        self.status("VmHWM:")
    }

    fn status(&self, key: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.unwrap_or(0.0) / 1024.0
    }

    /// Stops as Ctrl-C does, and waits.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-INT", &id]).status();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
