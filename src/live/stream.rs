//! The stream itself: `text/event-stream`, which ends with the session, with the server, and after a while by itself.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::board::{Seat, sit_down};
use crate::app::App;
use crate::console::Desk;
use crate::error::{Problem, Result};
use crate::sessions::Unattended;

/// How long a stream lasts. The browser comes back by itself, and is asked for its credentials again.
const LONGEST: Duration = Duration::from_mins(10);

/// How often something is said at least: proxies close what is silent.
const BEAT: Duration = Duration::from_secs(15);

/// The first words: after how many milliseconds a browser whose stream has ended comes back.
const GREETING: &str = "retry: 5000\n\n";

/// What is said so that something is said.
const COMMENT: &str = ":\n\n";

/// Somebody of the staff whose window asks by itself: it keeps no session alive.
pub(super) struct Onlooker(Desk);

impl FromRequestParts<App> for Onlooker {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        parts.extensions.insert(Unattended);
        Desk::from_request_parts(parts, app).await.map(Self)
    }
}

/// A stream on its way.
struct Stream {
    seat: Seat,
    draining: watch::Receiver<bool>,
    until: Instant,
    /// How often something is said at least.
    beat: Duration,
    said_at: Instant,
    /// What was told last.
    told: Option<String>,
    has_greeted: bool,
    /// Whether one event is enough.
    is_once: bool,
}

/// `GET /admin/live`. With `?once=true` it ends after the figures of this moment, for programs that know no events.
pub(super) async fn page(State(app): State<App>, Onlooker(desk): Onlooker) -> Result<Response> {
    let draining = app.health.draining();
    if *draining.borrow() {
        return Err(Problem::Draining.into());
    }
    let now = Instant::now();
    let stream = Stream {
        seat: sit_down(&app, desk.caller.session)?,
        draining,
        until: now + LONGEST,
        // Far below the time after which a connection on which nothing moves is cut.
        beat: BEAT.min(app.config.http.stall.get() / 3),
        said_at: now,
        told: None,
        has_greeted: false,
        is_once: desk.address.get("once").is_some(),
    };
    let pieces = unfold(stream, |mut stream| async move {
        let piece = stream.next().await?;
        Some((
            Ok::<_, std::convert::Infallible>(Bytes::from(piece)),
            stream,
        ))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        // nginx would gather the pieces.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

impl Stream {
    /// What is said next; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        if !self.has_greeted {
            self.has_greeted = true;
            return Some(GREETING.to_owned());
        }
        if self.is_once && self.told.is_some() {
            return None;
        }
        let said = loop {
            tokio::select! {
                biased;
                _ = self.draining.wait_for(|is_draining| *is_draining) => return None,
                () = sleep_until(self.until) => return None,
                seen = self.seat.next() => {
                    let (role, figures) = seen?;
                    let text = figures.of(role);
                    if self.told.as_ref() != Some(&text) {
                        let event = format!("event: figures\ndata: {text}\n\n");
                        self.told = Some(text);
                        break event;
                    }
                }
                () = sleep_until(self.said_at + self.beat) => break COMMENT.to_owned(),
            }
        };
        self.said_at = Instant::now();
        Some(said)
    }
}
