//! How a request arrived: what a proxy in front has said of it. For `gatepost doctor` alone; nothing else believes it.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::http::{address_of, peer_of};

/// Characters of a header that are told.
const CHARS: usize = 200;

/// A request as it came in at the port.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Arrival {
    /// Who holds the other end of the connection.
    pub peer: IpAddr,
    /// Who is taken for the person behind it.
    pub address: IpAddr,
    /// `X-Forwarded-For`.
    pub forwarded_for: String,
    /// `X-Forwarded-Proto`.
    pub forwarded_proto: String,
    /// `Host`.
    pub host: String,
}

impl FromRequestParts<App> for Arrival {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let of_target = parts.uri.authority().map(ToString::to_string);
        let host = of_target.unwrap_or_else(|| header(&parts.headers, "host"));
        Ok(Self {
            peer: peer_of(&parts.extensions),
            address: address_of(&app.config, &parts.headers, &parts.extensions),
            forwarded_for: header(&parts.headers, "x-forwarded-for"),
            forwarded_proto: header(&parts.headers, "x-forwarded-proto"),
            host,
        })
    }
}

/// All lines of a header in one.
fn header(headers: &HeaderMap, name: &str) -> String {
    let lines = headers.get_all(name).iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    lines.join(", ").chars().take(CHARS).collect()
}
