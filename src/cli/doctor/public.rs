//! The public URL: it leads here, by a certificate that is good for some time, and proxies say who is asking.

use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use tokio::time::timeout;
use url::{Position, Url};

use super::report::Report;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::crypto::MasterKey;
use crate::health::{self, Arrival};
use crate::http::outgoing::{Client, Incoming, Outgoing};

/// For the name, the connection, its encryption and the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Let's Encrypt renews a month before the end: two weeks before it, something does not work.
const CERTIFICATE: Duration = Duration::from_hours(14 * 24);

/// The `Date` header has whole seconds, and the answer was some time on its way.
const APART: Duration = Duration::from_secs(10);

/// An address that nobody has (RFC 5737): who is taken for it has only said so.
const CLAIMED: &str = "192.0.2.66";

/// Answers whether a server of this installation answers there.
pub(super) async fn check(
    config: &Config,
    secrets: Option<&MasterKey>,
    report: &mut Report,
) -> bool {
    let clock = Clock::system();
    let question = secrets.map(|secrets| health::question(secrets, clock.now()));
    let answer = match ask(config, question.as_deref().unwrap_or_default()).await {
        Ok(answer) => answer,
        Err(error) => {
            unreached(config, &error, report);
            return false;
        }
    };
    certificate(config, (&answer, clock.now()), report);
    date((&answer, clock.now()), report);
    let is_health = serde_json::from_slice(&answer.body)
        .is_ok_and(|body: serde_json::Value| body == serde_json::json!({"status": "ok"}));
    if answer.status != 200 || !is_health {
        report.fail(
            "reached",
            format!(
                "{} is answered with status {}, and not by Gatepost.",
                config.public_url(),
                answer.status
            ),
            "Let the proxy pass every path on, unchanged.",
        );
        return false;
    }
    report.ok("reached", format!("{} answers.", config.public_url()));
    let Some((secrets, question)) = secrets.zip(question) else {
        report.skip("headers", "Not checked: it takes the master key.");
        return true;
    };
    let echo = answer.header(health::HEADER);
    let Some(arrival) = echo.and_then(|echo| health::open_echo(secrets, &question, echo)) else {
        report.fail(
            "headers",
            "The server that answers does not know the master key of this one, or something in between holds headers back.",
            "Look whether public_url leads to this server, and keys.secret is the same on every node.",
        );
        return false;
    };
    headers(config, &arrival, report);
    true
}

fn unreached(config: &Config, error: &str, report: &mut Report) {
    report.fail(
        "reached",
        format!("{} does not answer: {error}", config.public_url()),
        "Start the server; otherwise look at the name in the DNS, the firewall, the proxy and its certificate.",
    );
    for (check, what) in [
        ("tls", "the certificate"),
        ("clock", "the clock of the server"),
        ("headers", "what a proxy says of requests"),
    ] {
        report.skip(check, format!("Not checked: {what}."));
    }
}

async fn ask(config: &Config, question: &str) -> Result<Incoming, String> {
    let url = Url::parse(&format!("{}/healthz", config.public_url()));
    let url = url.map_err(|error| error.to_string())?;
    let request = Outgoing::get(&url)
        .header(health::HEADER, question)
        .header("x-forwarded-for", CLAIMED);
    let answer = timeout(PATIENCE, Client::of(&url)?.send(request)).await;
    answer.map_err(|_| format!("no answer within {} s", PATIENCE.as_secs()))?
}

fn certificate(config: &Config, (answer, now): (&Incoming, Timestamp), report: &mut Report) {
    let Some(ends) = answer.certificate_ends else {
        if !config.public_url().starts_with("https:") {
            report.skip("tls", "Not checked: the public URL is no https:// address.");
        }
        return;
    };
    let left = ends.since(now);
    let days = left.as_secs() / (24 * 3600);
    let seen = format!("The certificate is trusted, and good for {days} days more.");
    if left < CERTIFICATE {
        report.warn("tls", seen, "Look why it is not being renewed.");
    } else {
        report.ok("tls", seen);
    }
}

fn date((answer, now): (&Incoming, Timestamp), report: &mut Report) {
    let Some(theirs) = answer.header("date").and_then(Timestamp::parse_http) else {
        return report.skip("clock", "Not checked: the answer has no Date.");
    };
    let apart = now.since(theirs).max(theirs.since(now));
    if apart > APART {
        report.warn(
            "clock",
            format!(
                "It is {} s apart from that of the public URL.",
                apart.as_secs()
            ),
            "Let the machines synchronize their clocks (NTP).",
        );
    } else {
        report.ok("clock", "It agrees with that of the public URL.");
    }
}

/// Judges what has become of a request that claimed to come from somewhere else.
fn headers(config: &Config, arrival: &Arrival, report: &mut Report) {
    let peer = arrival.peer;
    let is_trusted = |network: &crate::config::Network| network.contains(peer);
    let is_proxy = config.http.trusted_proxies.iter().any(is_trusted);
    let passed = arrival.forwarded_for.contains(CLAIMED);
    // Where Gatepost itself speaks TLS, an https:// address is no sign of somebody in between.
    let is_secured = config.is_public_https() && !config.speaks_tls();
    let is_behind = is_secured || arrival.forwarded_for != CLAIMED;
    if arrival.address.to_string() == CLAIMED {
        believed(arrival, report);
    } else if is_behind && !is_proxy && !peer.is_loopback() && passed {
        report.ok("headers", format!("The request came from {peer}, directly or as if; nothing that it claimed was believed."));
    } else if is_behind && !is_proxy {
        report.warn(
            "headers",
            format!("The request came from {peer}, which is not in http.trusted_proxies: if that is your proxy, all people count as one network."),
            "Add the address from which your proxy connects to http.trusted_proxies (docs/reverse-proxy.md).",
        );
    } else if is_behind && arrival.forwarded_for.is_empty() {
        report.warn(
            "headers",
            format!("The proxy {peer} sends no X-Forwarded-For: all people count as one network."),
            "Let it add the header (docs/reverse-proxy.md).",
        );
    } else {
        report.ok(
            "headers",
            format!(
                "The request came from {peer} and was taken for one of {}.",
                arrival.address
            ),
        );
    }
    host(config, arrival, report);
}

/// The claim counted. That may be as it should where the proxy has added this machine's own address to it, and that is trusted:
/// it adds another one for everybody else.
fn believed(arrival: &Arrival, report: &mut Report) {
    if let Some(own) = added(&arrival.forwarded_for).filter(is_of_this_machine) {
        return report.skip(
            "headers",
            format!("It cannot be judged from here who is believed: {own}, an address of this machine, is in http.trusted_proxies, so that what this machine claims counts."),
        );
    }
    let peer = arrival.peer;
    report.fail(
        "headers",
        format!("A client that sends X-Forwarded-For is believed: the request through {peer} was taken for one of {CLAIMED}."),
        "Let the proxy set X-Forwarded-For anew or append to it, and trust no other address in http.trusted_proxies.",
    );
}

/// What stands behind the claim: the address from which the first proxy was asked, if it has added that.
fn added(forwarded_for: &str) -> Option<IpAddr> {
    let (_, behind) = forwarded_for.split_once(CLAIMED)?;
    let added: IpAddr = behind.split(',').nth(1)?.trim().parse().ok()?;
    Some(added.to_canonical())
}

/// The system lets nobody use an address that is another machine's.
fn is_of_this_machine(address: &IpAddr) -> bool {
    UdpSocket::bind((*address, 0)).is_ok()
}

fn host(config: &Config, arrival: &Arrival, report: &mut Report) {
    let url = Url::parse(&config.public_url());
    let expected = url.map(|url| url[Position::BeforeHost..Position::AfterPort].to_owned());
    if expected.is_ok_and(|expected| expected != arrival.host) {
        report.warn(
            "host",
            format!("The request arrived with the Host {}.", arrival.host),
            "Let the proxy pass Host on as it was sent.",
        );
    }
}
