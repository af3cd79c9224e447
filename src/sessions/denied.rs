//! Record that somebody asked for what his role does not allow, or not to those who are signed in as somebody else.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;

use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::error::Result;

/// What was asked for, as far as it is written down.
#[derive(Debug, Clone)]
pub struct Asked {
    method: String,
    /// The pattern and not the path: a path can hold the token of a link.
    route: String,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Asked {
    /// What a request asks for.
    pub fn of(parts: &Parts) -> Self {
        let route = parts.extensions.get::<MatchedPath>();
        Self {
            method: parts.method.as_str().to_owned(),
            route: route.map_or("-", MatchedPath::as_str).to_owned(),
        }
    }
}

/// Writes the refusal down, and what was asked for.
pub async fn record(
    app: &App,
    who: impl Into<Actor>,
    (asked, why): (&Asked, &'static str),
) -> Result<()> {
    audit::note(Event::AccessDenied, who)
        .refused(why)
        .with("method", asked.method.as_str())
        .with("route", asked.route.as_str())
        .write(app, &app.db)
        .await
}
