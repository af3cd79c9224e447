//! The settings: what types and ranges cannot know, because it depends on where the server stands.

use std::fs::metadata;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::PermissionsExt;

use super::report::Report;
use crate::clock::Clock;
use crate::config::{Config, names_loopback};
use crate::http::Tls;

/// Addresses that have nothing to do with each other: whoever trusts one of each family trusts everybody.
const STRANGERS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8)),
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
];

pub(super) fn check(config: &Config, report: &mut Report) {
    report.ok("settings", "They can be read, and fit each other.");
    public_url(config, report);
    proxies(config, report);
    certificate(config, report);
    private_key(config, report);
    if !config.metrics_are_local() {
        report.warn(
            "metrics",
            format!(
                "Whoever reaches {} can read the figures of this server.",
                config.metrics.listen
            ),
            "Let only the machine that collects them through, or choose metrics.listen = \"localhost:9464\".",
        );
    }
}

/// The certificate that Gatepost itself shows. What people see through the public URL is another check.
fn certificate(config: &Config, report: &mut Report) {
    match Tls::examine(config, Clock::system().now()) {
        Ok(None) => {}
        Ok(Some(complaints)) if complaints.is_empty() => {
            report.ok(
                "certificate",
                "The files of tls.certificate and tls.key fit each other.",
            );
        }
        Ok(Some(complaints)) => report.warn(
            "certificate",
            complaints.join(" "),
            "Put a new certificate into the files; it is read without a restart (docs/tls.md).",
        ),
        Err(text) => report.fail(
            "certificate",
            text,
            "Correct tls.certificate and tls.key: the server does not start with them.",
        ),
    }
}

/// The key of that certificate: whoever reads it can pass for this server. A group may, such as Debian's `ssl-cert`.
fn private_key(config: &Config, report: &mut Report) {
    let Some(path) = &config.tls.key else { return };
    // One that cannot be read was complained about already.
    let Ok(found) = metadata(path) else { return };
    let shown = path.display();
    if found.permissions().mode() & 0o004 == 0 {
        report.ok(
            "tls key",
            format!("{shown}, not for every user of this machine."),
        );
    } else {
        report.warn(
            "tls key",
            format!("Other users of this machine can read {shown}."),
            format!("chmod 600 {shown}, or 640 with a group that the server's user is in"),
        );
    }
}

fn public_url(config: &Config, report: &mut Report) {
    let url = config.public_url();
    let Some(chosen) = &config.public_url else {
        return if config.development() {
            report.ok(
                "public_url",
                format!("{url}, for trying it out on this machine alone."),
            );
        } else {
            report.fail(
                "public_url",
                format!(
                    "It is not set, and {} can be reached from elsewhere: links in mails lead to {url}.",
                    config.listen
                ),
                "Set public_url to the address that people use, such as https://accounts.example.com.",
            );
        };
    };
    let host = chosen.host_str().unwrap_or_default();
    if chosen.scheme() == "http" && !names_loopback(host.trim_matches(['[', ']'])) {
        report.fail(
            "public_url",
            format!("{url}: passwords and cookies travel in the clear."),
            "Put TLS in front of it and set an https:// address (docs/reverse-proxy.md).",
        );
    } else {
        report.ok("public_url", url);
    }
}

fn proxies(config: &Config, report: &mut Report) {
    let trusted = &config.http.trusted_proxies;
    let trusts = |stranger: &IpAddr| trusted.iter().any(|network| network.contains(*stranger));
    if STRANGERS.iter().any(trusts) {
        report.fail(
            "proxies",
            "http.trusted_proxies has networks of strangers: everybody can choose the address that he is known by.",
            "List only the addresses from which your own proxy connects.",
        );
    } else if trusted.is_empty() {
        report.ok("proxies", "None is trusted.");
    } else {
        let listed: Vec<String> = trusted.iter().map(ToString::to_string).collect();
        report.ok("proxies", format!("Trusted: {}.", listed.join(", ")));
    }
}
