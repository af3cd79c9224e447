//! Cross-site request forgery: a browser sends cookies with requests that another site has made.
//!
//! Judged as Go 1.25's `CrossOriginProtection` does: `Sec-Fetch-Site` first, then `Origin` against `Host`. A client that sends
//! neither is no browser of the last years, so nobody can have made it send a cookie.

use axum::http::{HeaderMap, Method, header};

use crate::config::Config;
use crate::error::{Problem, Result};

/// Refuses a request that changes something and was made by a page of another site.
pub fn refuse_foreign_site(config: &Config, method: &Method, headers: &HeaderMap) -> Result<()> {
    if method.is_safe() || is_own_site(config, headers) {
        Ok(())
    } else {
        Err(Problem::ForgedRequest.into())
    }
}

fn is_own_site(config: &Config, headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    let origin = text(header::ORIGIN.as_str());
    if let Some(origin) = origin
        && (origin == config.public_url()
            || config
                .http
                .cors_origins
                .iter()
                .any(|allowed| allowed == origin))
    {
        return true;
    }
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = origin else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST.as_str())
}
