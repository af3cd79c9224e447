//! Record that somebody asked for what his role does not allow, or not to those who are signed in as somebody else.

use axum::extract::MatchedPath;
use axum::http::request::Parts;

use super::Caller;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::Result;

/// Writes the refusal down, and what was asked for.
pub(super) async fn record(
    app: &App,
    caller: &Caller,
    (parts, why): (&Parts, &'static str),
) -> Result<()> {
    // The pattern and not the path: a path can hold the token of a link.
    let route = parts.extensions.get::<MatchedPath>();
    audit::note(Event::AccessDenied, caller)
        .refused(why)
        .with("method", parts.method.as_str())
        .with("route", route.map_or("-", MatchedPath::as_str))
        .write(app, &app.db)
        .await
}
