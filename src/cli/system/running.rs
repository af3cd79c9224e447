//! The server that runs on this machine, as it tells of itself beside its metrics.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use crate::config::Config;
use crate::http::outgoing::{Client, Outgoing};
use crate::system;

/// It is on this machine, or as good as.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the running server says; the error says why nothing is known of one.
pub(in crate::cli) async fn ask(config: &Config) -> Result<Value, String> {
    let listen = &config.metrics.listen;
    if listen.is_empty() {
        return Err("a running server is not asked: metrics.listen is empty".to_owned());
    }
    let asked = timeout(PATIENCE, get(config)).await;
    let node = asked.unwrap_or_else(|_| Err("it does not answer in time".to_owned()));
    let node = node.map_err(|error| format!("no server answers at {listen}: {error}"))?;
    let theirs = node
        .get("public_url")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if theirs == config.public_url() {
        Ok(node)
    } else {
        Err(format!(
            "another server answers at {listen}: that of {theirs}"
        ))
    }
}

async fn get(config: &Config) -> Result<Value, String> {
    let mut address = *config
        .metrics_addresses()?
        .first()
        .ok_or("metrics.listen names no address")?;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    let url = Url::parse(&format!("http://{address}{}", system::PATH));
    let url = url.map_err(|error| error.to_string())?;
    let answer = Client::of(&url)?.send(Outgoing::get(&url)).await?;
    match answer.status {
        200 => serde_json::from_slice(&answer.body).map_err(|error| error.to_string()),
        status => Err(format!("it answers {status}, as an older release does")),
    }
}
