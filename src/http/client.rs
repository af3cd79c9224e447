//! Who is at the other end: the address, as far as it can be believed, and the browser's name.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use crate::app::App;
use crate::config::Config;
use crate::ids;

/// Longest part of a `User-Agent` that is kept.
const USER_AGENT_CHARS: usize = 255;

/// What the server calls itself, when it does something of its own accord.
pub const SERVER: &str = "gatepost";

/// The other end of a connection.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address of the person, behind the configured proxies.
    pub address: IpAddr,
    /// What the browser calls itself; free text, never to be believed.
    pub user_agent: String,
    /// The request, as the log and the audit log name it.
    pub request_id: String,
}

/// The address of the connection itself, put into each request by the accept loop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub SocketAddr);

/// The request's identifier, put into each request before its route is asked.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub String);

impl Client {
    /// The other end of a command on this machine, or of work that nobody waits for.
    pub fn machine(name: &str) -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: name.to_owned(),
            request_id: ids::next().simple().to_string(),
        }
    }

    /// Whether it is this machine itself, and nobody's browser.
    pub fn is_machine(&self) -> bool {
        self.address == IpAddr::V4(Ipv4Addr::LOCALHOST) && self.user_agent == SERVER
    }

    /// The network that limits count.
    pub fn network(&self) -> IpAddr {
        network_of(self.address)
    }
}

/// The network that counts as one, for limits and in the log: the address, or of IPv6 the /64 that one household has.
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The address of the person who sent a request, behind the configured proxies.
pub fn address_of(config: &Config, headers: &HeaderMap, about: &Extensions) -> IpAddr {
    behind_proxies(config, peer_of(about), headers)
}

/// The address at the other end of the connection: that of the person, or of a proxy.
pub fn peer_of(about: &Extensions) -> IpAddr {
    let peer = about.get::<Peer>();
    peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| {
        peer.0.ip().to_canonical()
    })
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let agent = parts
            .headers
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
        Ok(Self {
            address: address_of(&app.config, &parts.headers, &parts.extensions),
            user_agent: agent.get(..USER_AGENT_CHARS).unwrap_or(agent).to_owned(),
            request_id: id.unwrap_or_default(),
        })
    }
}

/// Reads `X-Forwarded-For` from its end, as long as the one who added an entry is a configured proxy.
fn behind_proxies(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let is_proxy = |address: IpAddr| {
        config
            .http
            .trusted_proxies
            .iter()
            .any(|network| network.contains(address))
    };
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let entries = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(',').rev());
    let mut address = peer;
    // Anybody can send the header: it counts only from the hands of a proxy of ours.
    for entry in entries {
        if !is_proxy(address) {
            break;
        }
        let Ok(named) = entry.trim().parse::<IpAddr>() else {
            break;
        };
        address = named.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_entries_of_all_lines_are_read_from_the_end() {
        let mut config = Config::default();
        for (lines, trusting) in [
            (&[][..], "127.0.0.1"),
            (&["192.0.2.1, 203.0.113.7"], "203.0.113.7"),
            (&["192.0.2.1", "203.0.113.7"], "203.0.113.7"),
            (&["192.0.2.1, 203.0.113.7", "10.0.0.1"], "203.0.113.7"),
            (&["203.0.113.7", ""], "127.0.0.1"),
            (&["203.0.113.7, unknown"], "127.0.0.1"),
            (&["unknown, 10.0.0.1"], "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            let mut found = |proxies: &[&str]| {
                let proxies = proxies.iter().map(|proxy| proxy.parse().unwrap());
                config.http.trusted_proxies = proxies.collect();
                address_of(&config, &headers, &Extensions::new()).to_string()
            };
            assert_eq!(found(&["127.0.0.1", "10.0.0.0/8"]), trusting, "{lines:?}");
            assert_eq!(found(&[]), "127.0.0.1", "{lines:?}");
        }
    }
}
