//! A network of addresses: `10.0.0.0/8`, `2001:db8::/32`, or a single address.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A network in CIDR notation (RFC 4632, RFC 4291 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

const EXPECTED: &str = "an IP address or a network such as 10.0.0.0/8";

impl Network {
    /// Whether `address` lies in it. An IPv4 address that arrives mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.address.is_ipv4() == address.is_ipv4()
            && head(address, self.prefix) == head(self.address, self.prefix)
    }
}

/// The first `prefix` bits of an address, at the low end.
fn head(address: IpAddr, prefix: u8) -> u128 {
    let (bits, length) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), Ipv6Addr::BITS),
    };
    bits.checked_shr(length.saturating_sub(u32::from(prefix)))
        .unwrap_or(0)
}

/// The bits of an address of that family.
fn length(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| EXPECTED)?;
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| EXPECTED)?,
            None => length(address),
        };
        if prefix > length(address) {
            return Err(EXPECTED);
        }
        match address.to_canonical() {
            // A mapped network is compared as the IPv4 one that it stands for.
            mapped if mapped.is_ipv4() && address.is_ipv6() => {
                let prefix = prefix.checked_sub(96).ok_or(EXPECTED)?;
                Ok(Self {
                    address: mapped,
                    prefix,
                })
            }
            _ => Ok(Self { address, prefix }),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == length(self.address) {
            self.address.fmt(f)
        } else {
            write!(f, "{}/{}", self.address, self.prefix)
        }
    }
}
