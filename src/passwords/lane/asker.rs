//! For whom the lane works: what its queue shares the places out by.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Instant;

use crate::crypto;
use crate::http::Client;

/// What one job adds to the debt of a network or an account.
const SHARE: u64 = 8;
/// What it adds to that of the whole site: a /48 of IPv6 has as much as eight networks, however many of its 65,536 it uses.
const SITE_SHARE: u64 = 1;

/// Somebody who waits for a password to be hashed, and since when.
#[derive(Debug, Clone)]
pub struct Asker {
    pub(super) flows: Flows,
    pub(super) since: Instant,
}

/// All to whose debt a job is added, and how much.
pub(super) type Flows = Vec<(Flow, u64)>;

/// Whose jobs have their turn one after another, while those of others come between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Flow {
    /// This program itself.
    House,
    /// One address, or one /64.
    Network(IpAddr),
    /// A /48.
    Site([u16; 3]),
    /// One account, by the digest of its name.
    Account([u8; 16]),
}

impl Asker {
    /// This program itself.
    pub fn house() -> Self {
        Self::with(vec![(Flow::House, SHARE)])
    }

    /// Somebody at the other end of a connection.
    pub fn of(client: &Client) -> Self {
        let network = client.network();
        let mut flows = vec![(Flow::Network(network), SHARE)];
        // Whoever has a /48 has 65,536 networks to ask from.
        if let IpAddr::V6(address) = network {
            flows.push((Flow::Site(site(address)), SITE_SHARE));
        }
        Self::with(flows)
    }

    fn with(flows: Flows) -> Self {
        Self {
            flows,
            since: Instant::now(),
        }
    }

    /// The same, who begins to wait only now.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::with(self.flows.clone())
    }

    /// About the account of this name, which may be one that nobody has.
    #[must_use]
    pub fn about(mut self, account: &str) -> Self {
        let digest = crypto::digest(account.as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(digest.split_at(16).0);
        self.flows.push((Flow::Account(short), SHARE));
        self
    }
}

fn site(address: Ipv6Addr) -> [u16; 3] {
    let [a, b, c, ..] = address.segments();
    [a, b, c]
}
