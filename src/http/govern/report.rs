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
    app: App,
    /// The request's name, in its answer and in every line about it.
    pub id: String,
    began: Instant,
    method: &'static str,
    matched: Option<MatchedPath>,
    network: IpAddr,
    trace: Option<Trace>,
    has_ended: bool,
    _in_flight: Held,
}

/// What stands in the place of a status when the client has gone before there was one, as nginx writes it.
const CLIENT_GONE: u16 = 499;

impl Report {
    /// Begins to watch a request.
    pub(in crate::http) fn begin(app: &App, request: &Request) -> Self {
        let address = client::address_of(&app.config, request.headers(), request.extensions());
        Self {
            app: app.clone(),
            id: crate::ids::next().simple().to_string(),
            began: Instant::now(),
            method: metering::told_apart(request.method().as_str()),
            matched: request.extensions().get().cloned(),
            network: client::network_of(address),
            trace: app.traces.begin(app, traceparent(request.headers())),
            has_ended: false,
            _in_flight: app.metering.in_flight.hold(),
        }
    }

    /// The pattern of its route, and never the path itself: that can hold the token of a mailed link.
    pub(in crate::http) fn route(&self) -> &str {
        self.matched.as_ref().map_or("-", MatchedPath::as_str)
    }

    /// Whether its stages are wanted one by one.
    pub(in crate::http) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    /// Counts it, and writes it down; `cause` is why it failed, when that is no fault of the client's.
    pub(in crate::http) fn end(
        mut self,
        (status, cause): (StatusCode, Option<String>),
        times: Times,
    ) {
        self.note(status.as_u16(), cause, times);
    }

    fn note(&mut self, status: u16, cause: Option<String>, times: Times) {
        self.has_ended = true;
        let metering = &self.app.metering;
        let counted = (status, self.began.elapsed());
        metering.requests.note(self.route(), self.method, counted);
        metering.stages.note(&times);
        self.log(counted, (cause, &times));
        if let Some(trace) = self.trace.take() {
            let name = format!("{} {}", self.method, self.route());
            let traces = &self.app.traces;
            traces.end((trace, times.spans), (&self.id, name), counted);
        }
    }

    fn log(&self, (status, took): (u16, Duration), (cause, times): (Option<String>, &Times)) {
        let (id, slow) = (&self.id, self.app.config.log.slow.get());
        let is_slow = !slow.is_zero() && took >= slow;
        /// One text of the fields for every level: a level must stand in the source.
        macro_rules! write {
            ($level:ident, $text:literal $(, $cause:ident)?) => {
                tracing::$level!(
                    id,
                    method = self.method,
                    route = self.route(),
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

impl Drop for Report {
    /// The client has gone: what was read for him is not known.
    fn drop(&mut self) {
        if !self.has_ended {
            self.note(CLIENT_GONE, None, Times::default());
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
