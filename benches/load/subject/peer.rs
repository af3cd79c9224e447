//! Peers: programs of `benches/peers`, which know the same four commands, and how each is asked.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PASSWORD, Server, address_of, free_address};
use crate::http::{Reply, Request};
use crate::scenarios::Asked;
use crate::{Result, fault};

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A `FastAPI` application with user management of its own.
    Application,
    /// fastapi-users.
    FastapiUsers,
    /// better-auth.
    BetterAuth,
    /// oidc-provider.
    OidcProvider,
}

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

    /// Whether it knows passwords.
    pub fn has_logins(&self) -> bool {
        self.kind != Kind::OidcProvider
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

impl Asked for Peer {
    fn login(&self, number: u64) -> Vec<u8> {
        let email = address_of(number);
        let form = |path| Request::form(path, &[("username", &email), ("password", PASSWORD)]);
        match self.kind {
            Kind::Application => form("/login/"),
            Kind::FastapiUsers => form("/auth/jwt/login"),
            Kind::BetterAuth => Request::json(
                "/api/auth/sign-in/email",
                &json!({ "email": email, "password": PASSWORD }),
            ),
            Kind::OidcProvider => Request::get("/bench-token", None),
        }
    }

    fn credential(&self, reply: &Reply<'_>) -> Option<String> {
        if self.kind == Kind::BetterAuth {
            return reply.header("set-auth-token");
        }
        let body: Value = serde_json::from_slice(&reply.body).ok()?;
        Some(body.get("access_token")?.as_str()?.to_owned())
    }

    fn read(&self, credential: &str) -> Vec<u8> {
        let path = match self.kind {
            Kind::Application => "/myaccount",
            Kind::FastapiUsers => "/users/me",
            Kind::BetterAuth => "/api/auth/get-session",
            Kind::OidcProvider => "/me",
        };
        Request::get(path, Some(credential))
    }

    fn people(&self, credential: &str) -> Option<Vec<u8>> {
        let path = match self.kind {
            Kind::Application => "/users/?skip=0&limit=10",
            Kind::BetterAuth => "/api/auth/admin/list-users?limit=10&offset=0&sortBy=createdAt",
            Kind::FastapiUsers | Kind::OidcProvider => return None,
        };
        Some(Request::get(path, Some(credential)))
    }
}

/// The request for a token of oidc-provider's client: a form, and the client's secret in the header.
pub fn client_token() -> Vec<u8> {
    let body = "grant_type=client_credentials";
    // bench:a secret of the client, each part form-encoded (RFC 6749 section 2.3.1).
    let basic = "YmVuY2g6YStzZWNyZXQrb2YrdGhlK2NsaWVudA==";
    format!(
        "POST /token HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic {basic}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
