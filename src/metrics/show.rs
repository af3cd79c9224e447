//! Show the metrics: every family, whether or not it has a value yet, so that a dashboard can be made before the first one.

use super::database::{backlog, database};
use super::process::process;
use super::text::{Kind, Text};
use crate::app::App;
use crate::db::Dialect;

/// Everything, in Prometheus' text format.
pub async fn show(app: &App) -> String {
    let mut text = Text::default();
    build(app, &mut text);
    requests(app, &mut text);
    logins(app, &mut text);
    hashing(app, &mut text);
    database(app, &mut text);
    backlog(app, &mut text).await;
    traces(app, &mut text);
    process(app, &mut text);
    text.finish()
}

fn build(app: &App, text: &mut Text) {
    let database = match app.db.dialect() {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgresql",
    };
    let labels = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("database", database),
    ];
    text.family("gatepost_build_info", Kind::Gauge, "The release; always 1.")
        .value(&labels, 1);
}

fn requests(app: &App, text: &mut Text) {
    let metering = &app.metering;
    text.family(
        "gatepost_http_requests_total",
        Kind::Counter,
        "Requests that were answered.",
    );
    metering.requests.each(|series| {
        for (class, count) in series.classes.iter().filter(|(_, count)| *count > 0) {
            let labels = [
                ("route", series.route),
                ("method", series.method),
                ("status", *class),
            ];
            text.value(&labels, count);
        }
    });
    text.family(
        "gatepost_http_request_duration_seconds",
        Kind::Histogram,
        "How long requests took.",
    );
    metering.requests.each(|series| {
        let labels = [("route", series.route), ("method", series.method)];
        text.histogram(&labels, series.times);
    });
    let family = text.family(
        "gatepost_http_stage_duration_seconds",
        Kind::Histogram,
        "How long requests spent in each stage that they had.",
    );
    for (stage, times) in metering.stages.each() {
        family.histogram(&[("stage", stage.name())], times);
    }
    text.family(
        "gatepost_http_requests_in_flight",
        Kind::Gauge,
        "Requests that are being answered.",
    )
    .value(&[], metering.in_flight.get());
    text.family(
        "gatepost_http_connections",
        Kind::Gauge,
        "Connections that are open.",
    )
    .value(&[], metering.connections.get());
    text.family(
        "gatepost_http_connections_total",
        Kind::Counter,
        "Connections that were accepted.",
    )
    .value(&[], metering.accepted.get());
}

fn logins(app: &App, text: &mut Text) {
    let metering = &app.metering;
    tally(
        text.family("gatepost_logins_total", Kind::Counter, "Tries to log in."),
        ("outcome", metering.logins.all()),
    );
    text.family(
        "gatepost_sessions_started_total",
        Kind::Counter,
        "Sessions that began.",
    )
    .value(&[], metering.sessions_started.get());
    tally(
        text.family(
            "gatepost_sessions_ended_total",
            Kind::Counter,
            "Sessions that ended, as far as this node has ended them or noticed it.",
        ),
        ("reason", metering.sessions_ended.all()),
    );
    tally(
        text.family(
            "gatepost_limited_total",
            Kind::Counter,
            "Refusals because something happened too often.",
        ),
        ("limit", metering.limited.all()),
    );
}

fn tally(text: &mut Text, (label, sums): (&str, Vec<(&'static str, u64)>)) {
    for (word, sum) in sums {
        // As a word, also where a bucket's name has a blank in it.
        let word = word.replace(' ', "_");
        text.value(&[(label, &word)], sum);
    }
}

fn hashing(app: &App, text: &mut Text) {
    let lane = app.lane.figures();
    for (name, help, value) in [
        (
            "gatepost_hash_threads",
            "Threads that hash passwords.",
            lane.lanes,
        ),
        (
            "gatepost_hash_busy",
            "Of them, those that hash.",
            lane.running,
        ),
        (
            "gatepost_hash_waiting",
            "Passwords that wait for a thread.",
            lane.queued,
        ),
        (
            "gatepost_hash_places",
            "As many can wait; more are refused.",
            lane.places,
        ),
    ] {
        text.family(name, Kind::Gauge, help).value(&[], value);
    }
    text.family(
        "gatepost_hash_per_second",
        Kind::Gauge,
        "Passwords that all threads can hash in a second.",
    )
    .value(&[], lane.per_second);
    text.family(
        "gatepost_hash_busy_ratio",
        Kind::Gauge,
        "How much of the last half minute to a minute the threads have worked.",
    )
    .value(&[], lane.busy_share);
    text.family(
        "gatepost_hash_refused_total",
        Kind::Counter,
        "Passwords that were not hashed: the queue was full, or the deadline had passed.",
    )
    .value(&[("reason", "full")], lane.refused)
    .value(&[("reason", "late")], lane.expired);
    text.family(
        "gatepost_hash_total",
        Kind::Counter,
        "Passwords that were hashed.",
    )
    .value(&[], lane.done);
    text.family(
        "gatepost_hash_seconds_total",
        Kind::Counter,
        "How long the threads have worked on them.",
    )
    .value(&[], lane.busy_seconds);
}

fn traces(app: &App, text: &mut Text) {
    let family = text.family(
        "gatepost_traces_total",
        Kind::Counter,
        "Traces of requests, by whether the collector has taken them.",
    );
    family.value(&[("outcome", "exported")], app.traces.exported.get());
    family.value(&[("outcome", "dropped")], app.traces.dropped.get());
}
