//! Peers: programs of `benches/peers`, which know the same four commands.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::{Kind, Server, free_address};
use crate::{Result, fault};

/// A program with a folder of its own.
pub struct Peer {
    /// Which one.
    pub kind: Kind,
    /// Its processes that answer.
    pub workers: u32,
    folder: TempDir,
}

impl Peer {
    /// Every peer that is measured.
    pub const ALL: [(Kind, u32); 5] = [
        (Kind::Application, 1),
        (Kind::Application, 2),
        (Kind::FastapiUsers, 1),
        (Kind::BetterAuth, 1),
        (Kind::OidcProvider, 1),
    ];

    /// A new folder below `place`.
    pub fn fresh((kind, workers): (Kind, u32), place: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix_in("peer-", place)?;
        Ok(Self {
            kind,
            workers,
            folder,
        })
    }

    /// As the tables call it.
    pub fn name(&self) -> String {
        let name = match self.kind {
            Kind::Application => "FastAPI app",
            Kind::FastapiUsers => "fastapi-users",
            Kind::BetterAuth => "better-auth",
            Kind::OidcProvider => "oidc-provider",
        };
        match self.workers {
            1 => name.to_owned(),
            workers => format!("{name}, {workers} workers"),
        }
    }

    /// Where it keeps accounts.
    pub fn database(&self) -> &'static str {
        match self.kind {
            Kind::OidcProvider => "memory",
            _ => "SQLite",
        }
    }

    fn command(&self, words: &[&str]) -> Result<Command> {
        let (runtime, folder, file) = match self.kind {
            Kind::Application => ("PEERS_PYTHON", python_folder(), "application.py"),
            Kind::FastapiUsers => ("PEERS_PYTHON", python_folder(), "users.py"),
            Kind::BetterAuth => ("PEERS_NODE", node_folder(), "better_auth.mjs"),
            Kind::OidcProvider => ("PEERS_NODE", node_folder(), "oidc_provider.mjs"),
        };
        let Some(program) = std::env::var_os(runtime) else {
            return fault(format!(
                "{runtime} is not set; run this by scripts/bench-peers.sh"
            ));
        };
        let mut command = Command::new(program);
        command.current_dir(folder).arg(file).args(words);
        command.env("PEER_FOLDER", self.folder.path().canonicalize()?);
        // As in production: nothing is watched or explained, and nothing is written beside the sources.
        command
            .env("NODE_ENV", "production")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Ok(command)
    }

    /// What a command prints.
    fn ask(&self, words: &[&str]) -> Result<String> {
        let output = self.command(words)?.output()?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            return fault(format!("{} {words:?}: {why}", self.name()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Versions and hash parameters.
    pub fn version(&self) -> Result<String> {
        self.ask(&["version"])
    }

    /// Its own hashes a second, all cores together.
    pub fn hashes(&self, lasting: Duration) -> Result<f64> {
        Ok(self
            .ask(&["hash", &lasting.as_secs_f64().to_string()])?
            .parse()?)
    }

    /// Puts accounts in.
    pub fn seed(&self, accounts: u64) -> Result<()> {
        self.ask(&["seed", &accounts.to_string()]).map(drop)
    }

    /// Starts it.
    pub async fn start(&self) -> Result<Server> {
        let address = free_address()?;
        let (port, workers) = (address.port().to_string(), self.workers.to_string());
        let ready = match self.kind {
            Kind::Application | Kind::FastapiUsers => "/openapi.json",
            Kind::BetterAuth | Kind::OidcProvider => "/",
        };
        Server::start(self.command(&["serve", &port, &workers])?, address, ready).await
    }
}

fn python_folder() -> PathBuf {
    "benches/peers/fastapi".into()
}

fn node_folder() -> PathBuf {
    std::env::var_os("PEERS_FOLDER").map_or_else(|| "benches/peers/node".into(), PathBuf::from)
}
