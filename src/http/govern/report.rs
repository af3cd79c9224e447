//! What is left of a request once it is answered: a line of the log, some counts, and perhaps a trace.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, StatusCode};

use crate::app::App;
use crate::http::client;
use crate::metering::{self, Held};
use crate::stages::{Stage, Times};
use crate::traces::Trace;

/// A request that is being answered.
pub(in crate::http) struct Report {
    began: Instant,
    method: &'static str,
    /// Never the path itself: it can hold the token of a mailed link.
    pub route: String,
    network: IpAddr,
    trace: Option<Trace>,
    _in_flight: Held,
}

impl Report {
    /// Begins to watch a request.
    pub(in crate::http) fn begin(app: &App, request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        let address = client::address_of(&app.config, request.headers(), request.extensions());
        Self {
            began: Instant::now(),
            method: metering::told_apart(request.method().as_str()),
            route: route.map_or("-", MatchedPath::as_str).to_owned(),
            network: client::network_of(address),
            trace: app.traces.begin(app, traceparent(request.headers())),
            _in_flight: app.metering.in_flight.hold(),
        }
    }

    /// Whether its stages are wanted one by one.
    pub(in crate::http) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    /// Counts it, and writes it down; `cause` is why it failed, when that is no fault of the client's. `id` names it.
    pub(in crate::http) fn end(
        self,
        app: &App,
        (status, cause): (StatusCode, Option<String>),
        (id, times): (&str, Times),
    ) {
        let counted = (status.as_u16(), self.began.elapsed());
        app.metering
            .requests
            .note(&self.route, self.method, counted);
        app.metering.stages.note(&times);
        self.log(app, counted, (id, cause, &times));
        if let Some(trace) = self.trace {
            let name = format!("{} {}", self.method, self.route);
            app.traces.end((trace, times.spans), (id, name), counted);
        }
    }

    fn log(
        &self,
        app: &App,
        (status, took): (u16, Duration),
        (id, cause, times): (&str, Option<String>, &Times),
    ) {
        let slow = app.config.log.slow.get();
        let is_slow = !slow.is_zero() && took >= slow;
        /// One text of the fields for every level: a level must stand in the source.
        macro_rules! write {
            ($level:ident, $text:literal $(, $cause:ident)?) => {
                tracing::$level!(
                    id,
                    method = self.method,
                    route = self.route,
                    status,
                    millis = millis(took),
                    parse = stage(times, Stage::Parse),
                    credentials = stage(times, Stage::Credentials),
                    database = stage(times, Stage::Database),
                    hash = stage(times, Stage::Hash),
                    commit = stage(times, Stage::Commit),
                    render = stage(times, Stage::Render),
                    network = %self.network,
                    trace = self.trace.as_ref().map(Trace::id),
                    $($cause,)?
                    $text
                )
            };
        }
        match cause {
            Some(cause) => write!(error, "request", cause),
            None if is_slow => write!(warn, "slow request"),
            None => write!(info, "request"),
        }
    }
}

/// Milliseconds with one digit behind the point.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

/// The milliseconds of a stage that there was.
fn stage(times: &Times, stage: Stage) -> Option<f64> {
    let time = times.of(stage);
    (!time.is_zero()).then(|| (time.as_secs_f64() * 100_000.0).round() / 100.0)
}

/// The header of W3C Trace Context. Sent twice it names nothing (section 3.2: there is one).
fn traceparent(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all("traceparent").iter();
    let first = lines.next()?.to_str().ok()?;
    lines.next().is_none().then_some(first)
}
