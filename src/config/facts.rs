//! What follows from the settings: asked here, so that two places cannot answer differently.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::num::NonZero;
use std::path::PathBuf;

use super::Config;
use super::values::ByteSize;

/// Characters of a secret from which keys are derived, at least: fewer could be guessed.
pub const LEAST_SECRET: usize = 32;

/// The database that the settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file.
    Sqlite(PathBuf),
    /// A server: its whole address, password included. Not for printing.
    Postgres(String),
}

impl Config {
    /// Where accounts are kept.
    pub fn database(&self) -> DatabaseKind {
        let url = &self.database.url;
        match url.sqlite_path() {
            Some(path) => DatabaseKind::Sqlite(path.into()),
            None if url.is_empty() => DatabaseKind::Sqlite(self.data.join("gatepost.db")),
            None => DatabaseKind::Postgres(url.expose().to_owned()),
        }
    }

    /// The host to listen on; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        host_and_port(&self.listen).map_or("", |(host, _)| host)
    }

    /// The port to listen on.
    pub fn port(&self) -> u16 {
        host_and_port(&self.listen).map_or(0, |(_, port)| port)
    }

    /// The addresses to listen on.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>, String> {
        addresses("listen", &self.listen)
    }

    /// The addresses at which people are led from http to https.
    pub fn redirect_addresses(&self) -> Result<Vec<SocketAddr>, String> {
        match self.tls.redirect_listen.as_str() {
            "" => Ok(Vec::new()),
            listen => addresses("tls.redirect_listen", listen),
        }
    }

    /// The addresses to answer `/metrics` on; none when they are off.
    pub fn metrics_addresses(&self) -> Result<Vec<SocketAddr>, String> {
        let listen = &self.metrics.listen;
        if listen.is_empty() {
            return Ok(Vec::new());
        }
        addresses("metrics.listen", listen)
    }

    /// Whether only this machine can ask for the metrics.
    pub fn metrics_are_local(&self) -> bool {
        let listen = host_and_port(&self.metrics.listen);
        listen.is_none_or(|(host, _)| names_loopback(host))
    }

    /// Whether only this machine can reach the server.
    pub fn is_loopback(&self) -> bool {
        names_loopback(self.host())
    }

    /// Whether somebody is trying it out on his own machine: loopback, and no public URL.
    pub fn development(&self) -> bool {
        self.is_loopback() && self.public_url.is_none()
    }

    /// The address of the server as people know it, without a slash at its end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            None if self.speaks_tls() => format!("https://{}:{}", self.own_name(), self.port()),
            None => format!("http://{}:{}", self.own_name(), self.port()),
        }
    }

    /// What a browser on this machine calls the server: the address that it listens on, if that is one.
    fn own_name(&self) -> String {
        match self.host().parse::<IpAddr>() {
            Ok(IpAddr::V6(address)) if !address.is_unspecified() => format!("[{address}]"),
            Ok(address) if !address.is_unspecified() => address.to_string(),
            _ => "localhost".to_owned(),
        }
    }

    /// The `iss` claim of tokens.
    pub fn issuer(&self) -> String {
        if self.tokens.issuer.is_empty() {
            self.public_url()
        } else {
            self.tokens.issuer.clone()
        }
    }

    /// Whether Gatepost speaks TLS itself.
    pub fn speaks_tls(&self) -> bool {
        self.tls.certificate.is_some()
    }

    /// Whether people reach the server by https under a name of its own. On `localhost`, which other programs share, no
    /// browser is told to use https for a year.
    pub fn is_public_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }

    /// Whether cookies are for https alone.
    pub fn cookie_is_secure(&self) -> bool {
        self.is_public_https() || (self.public_url.is_none() && self.speaks_tls())
    }

    /// Whether mails go to an SMTP server.
    pub fn smtp(&self) -> bool {
        !self.mail.smtp_host.is_empty()
    }

    /// How many passwords are hashed at the same time.
    pub fn lanes(&self) -> usize {
        let passwords = &self.passwords;
        if passwords.lanes > 0 {
            return passwords.lanes;
        }
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let one = passwords.argon2_memory.bytes().max(1);
        cores.min(passwords.memory_budget.bytes() / one).max(1)
    }
}

/// What a setting says to listen on. `localhost` is both loopback addresses, whatever the hosts file says: a browser tries
/// either first.
fn addresses(setting: &str, listen: &str) -> Result<Vec<SocketAddr>, String> {
    let (host, port) = host_and_port(listen).unwrap_or_default();
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(vec![
            (Ipv4Addr::LOCALHOST, port).into(),
            (Ipv6Addr::LOCALHOST, port).into(),
        ]);
    }
    let found = (host, port).to_socket_addrs();
    let found = found.map_err(|fault| {
        format!("{setting} = \"{listen}\" names no address of this machine: {fault}")
    })?;
    Ok(found.collect())
}

/// The least memory of a hash with so many iterations (OWASP Password Storage Cheat Sheet, Argon2id): fewer passes need
/// more memory.
pub fn least_memory(iterations: u32) -> ByteSize {
    ByteSize::of_mib(match iterations {
        0 | 1 => 46,
        2 => 19,
        3 => 12,
        4 => 9,
        _ => 7,
    })
}

/// `host:port` or `[address]:port`, taken apart.
pub(super) fn host_and_port(listen: &str) -> Option<(&str, u16)> {
    let (host, port) = listen.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bracketed {
        Some(address) => address
            .parse::<Ipv6Addr>()
            .is_ok()
            .then_some((address, port)),
        None => {
            (!host.is_empty() && !host.contains([':', '/', '[', ']', ' '])).then_some((host, port))
        }
    }
}

/// Whether that host is this machine and nothing else (RFC 6761 section 6.3).
pub fn names_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.parse::<IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// The address in `Name <address>`, or the whole if it is only that.
pub(super) fn sender(from: &str) -> Option<&str> {
    let address = match from.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => from,
    };
    let (local, domain) = address.rsplit_once('@')?;
    let clean = !address.contains([' ', '<', '>', ',', '"', '\r', '\n']);
    (clean && !local.is_empty() && !domain.is_empty()).then_some(address)
}
