//! Who may read the mailbox: somebody at this machine, through a page of this server.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;

use crate::app::App;
use crate::error::Problem;
use crate::http::Client;

/// Somebody at this machine. To everybody else the mailbox does not exist.
pub(super) struct Nearby;

impl FromRequestParts<App> for Nearby {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(client) = Client::from_request_parts(parts, app).await;
        // A page on the internet can point its own name at this machine (DNS rebinding) and would then read the mails.
        let is_nearby = client.address.to_canonical().is_loopback()
            && asked_host(parts).is_none_or(is_this_machine);
        if is_nearby {
            Ok(Self)
        } else {
            Err(Problem::NotFound)
        }
    }
}

/// The host that the request names, without its port (RFC 9112 section 3.2.2: the target goes before the field).
fn asked_host(parts: &Parts) -> Option<&str> {
    if let Some(host) = parts.uri.host() {
        return Some(host);
    }
    let host = parts.headers.get(HOST)?.to_str().unwrap_or("?");
    let end = if host.starts_with('[') {
        host.find(']').map(|end| end + 1)
    } else {
        host.find(':')
    };
    end.map_or(Some(host), |end| host.get(..end))
}

fn is_this_machine(host: &str) -> bool {
    let host = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_ascii_lowercase();
    let is_loopback = host
        .parse::<IpAddr>()
        .is_ok_and(|address| address.to_canonical().is_loopback());
    is_loopback || host == "localhost" || host.ends_with(".localhost")
}
