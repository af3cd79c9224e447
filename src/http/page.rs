//! Pages: rendered templates, cookies, and the page that says what went wrong.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::answer::retry_after;
use super::banner;
use super::page_fault::PageFault;
use crate::app::App;
use crate::config::Config;
use crate::error::Result;

/// A page to be rendered: a template and what it shows.
pub struct Page {
    template: &'static str,
    status: StatusCode,
    wait: Option<Duration>,
    context: Map<String, Value>,
}

impl Page {
    /// The page of `template`, with status 200.
    pub fn new(template: &'static str) -> Self {
        Self {
            template,
            status: StatusCode::OK,
            wait: None,
            context: Map::new(),
        }
    }

    /// Shows `value` as `name`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.context.insert(name.to_owned(), value.into());
        self
    }

    /// Answers with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// Answers with the status of a fault and, where that helps, when to come back.
    #[must_use]
    pub fn because(mut self, fault: &PageFault) -> Self {
        self.wait = fault.wait;
        self.status(fault.status)
    }

    /// Renders the page.
    pub fn render(mut self, app: &App) -> Result<Response> {
        self.context
            .insert("product".into(), app.config.product.clone().into());
        self.context.insert("docs_enabled".into(), true.into());
        if crate::mail::is_dev_mailbox(&app.config) {
            self.context
                .insert("mailbox_url".into(), "/dev/mail".into());
        }
        if let Some(banner) = banner::announced() {
            self.context.insert("acting".into(), banner);
        }
        let html = app.templates.render(self.template, self.context)?;
        let mut response = (self.status, Html(html)).into_response();
        if let Some(wait) = self.wait {
            retry_after(&mut response, wait);
        }
        Ok(response)
    }
}

/// Whether the client names `text/html`: a browser's own navigation does, `*/*` alone does not.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut ranges = accepted.flat_map(|value| value.split(','));
    ranges.any(|range| {
        range
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/html"))
    })
}

/// Cookies, named as the public URL allows (RFC 6265bis section 4.1.3).
pub mod cookie {
    use super::{Config, Duration, HeaderMap, header};

    /// The name in force: with `__Host-` a browser takes it only over https, for this host and the whole site.
    fn name(config: &Config, name: &str) -> String {
        if config.cookie_is_secure() {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    /// A `Set-Cookie` that keeps `value` for `life`.
    pub fn set(config: &Config, cookie: &str, value: &str, life: Duration) -> String {
        let secure = if config.cookie_is_secure() {
            "; Secure"
        } else {
            ""
        };
        let (name, seconds) = (name(config, cookie), life.as_secs());
        format!("{name}={value}; HttpOnly; Path=/; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    /// A `Set-Cookie` that deletes the cookie.
    pub fn clear(config: &Config, cookie: &str) -> String {
        set(config, cookie, "", Duration::ZERO)
    }

    /// The cookie's value. Sent twice with two values it counts as absent: a neighbouring host can plant a second one for a
    /// longer path, which browsers send first, and nobody can tell whose it is. (`__Host-` cookies cannot be planted.)
    pub fn get(config: &Config, headers: &HeaderMap, cookie: &str) -> Option<String> {
        let name = name(config, cookie);
        let lines = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let pairs = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value.trim_matches('"'));
        let first = values.next()?;
        values.all(|other| other == first).then(|| first.to_owned())
    }
}

/// The page for an answer that has no page of its own.
pub(super) fn error_page(
    app: &App,
    status: StatusCode,
    text: &str,
    request_id: &str,
) -> Option<Response> {
    let title = match status.as_u16() {
        404 => "This page does not exist",
        403 => "That is not allowed",
        500.. => "Something went wrong here",
        _ => status.canonical_reason().unwrap_or("Something went wrong"),
    };
    let page = Page::new("errors/error.html").status(status.as_u16());
    let page = page
        .with("status", status.as_u16())
        .with("title", title)
        .with("text", text);
    page.with("request_id", json!(request_id)).render(app).ok()
}
