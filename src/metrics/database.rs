//! The figures about the database, and about the work that waits in it.

use std::time::Duration;

use super::store::{self, Waiting};
use super::text::{Kind, Text};
use crate::app::App;
use crate::db::{Dialect, Standing};

/// How long the database may take; a scrape shows what is counted here also while it is away.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn database(app: &App, text: &mut Text) {
    let figures = app.db.figures();
    text.family(
        "gatepost_database_statement_duration_seconds",
        Kind::Histogram,
        "How long statements took, with the wait for a connection.",
    )
    .histogram(&[("kind", "read")], &figures.reads)
    .histogram(&[("kind", "write")], &figures.writes);
    text.family(
        "gatepost_database_commit_duration_seconds",
        Kind::Histogram,
        "How long transactions waited to become durable.",
    )
    .histogram(&[], &figures.commits);
    text.family(
        "gatepost_database_retries_total",
        Kind::Counter,
        "Transactions that were tried again because another was in the way.",
    )
    .value(&[], figures.retries.get());
    let connections = app.db.connections();
    let family = text.family(
        "gatepost_database_connections",
        Kind::Gauge,
        "Connections to PostgreSQL.",
    );
    if let Some(found) = connections {
        for (state, count) in [
            ("in_use", found.in_use),
            ("idle", found.idle),
            ("most", found.most),
        ] {
            family.value(&[("state", state)], count);
        }
    }
    text.family(
        "gatepost_database_connections_awaited",
        Kind::Gauge,
        "Requests that wait for a connection to PostgreSQL.",
    )
    .optional(connections.map(|found| found.waiting));
    replica(app, text);
    sqlite(app, text);
}

fn replica(app: &App, text: &mut Text) {
    let found = app.db.replica_state();
    text.family(
        "gatepost_replica_near",
        Kind::Gauge,
        "1 while lists are read at the replica.",
    )
    .optional(
        found
            .as_ref()
            .map(|found| u8::from(found.standing == Standing::Near)),
    );
    let lag = found.as_ref().and_then(|found| found.lag);
    text.family(
        "gatepost_replica_lag_seconds",
        Kind::Gauge,
        "How far the replica was behind when it was last asked.",
    )
    .optional(lag.map(|lag| lag.as_secs_f64()));
    text.family(
        "gatepost_replica_reads_total",
        Kind::Counter,
        "Lists that were read at the replica.",
    )
    .optional(found.as_ref().map(|found| found.reads));
    let family = text.family(
        "gatepost_replica_fallbacks_total",
        Kind::Counter,
        "Lists that were to be read at the replica and came from the primary.",
    );
    for (reason, count) in found.iter().flat_map(|found| &found.fallbacks) {
        family.value(&[("reason", *reason)], count);
    }
}

fn sqlite(app: &App, text: &mut Text) {
    let figures = app.db.figures();
    let is_sqlite = app.db.dialect() == Dialect::Sqlite;
    let family = text.family(
        "gatepost_sqlite_sync_duration_seconds",
        Kind::Histogram,
        "How long SQLite took to make a batch of transactions durable.",
    );
    if is_sqlite {
        family.histogram(&[], &figures.syncs);
    }
    let family = text.family(
        "gatepost_sqlite_batch_transactions",
        Kind::Histogram,
        "How many transactions shared such a batch.",
    );
    if is_sqlite {
        family.histogram(&[], &figures.batches);
    }
}

pub(super) async fn backlog(app: &App, text: &mut Text) {
    let asked = tokio::time::timeout(PATIENCE, store::backlog(&app.db)).await;
    let found = asked.ok().and_then(Result::ok);
    text.family(
        "gatepost_database_up",
        Kind::Gauge,
        "1 while the database answers; otherwise what follows is absent.",
    )
    .value(&[], u8::from(found.is_some()));
    let waiting = [
        (
            "gatepost_mails_waiting",
            "gatepost_mails_oldest_seconds",
            "mails",
            found.map(|found| found.mails),
        ),
        (
            "gatepost_jobs_waiting",
            "gatepost_jobs_oldest_seconds",
            "jobs",
            found.map(|found| found.jobs),
        ),
        (
            "gatepost_audit_unchained",
            "gatepost_audit_lag_seconds",
            "entries of the audit log without a place in the chain",
            found.map(|found| found.loose_entries),
        ),
    ];
    for (count, oldest, what, waiting) in waiting {
        let help = format!("Waiting: {what}.");
        text.family(count, Kind::Gauge, &help)
            .optional(waiting.map(|waiting| waiting.number));
        let help = format!("Age of the oldest of the {what} that wait.");
        text.family(oldest, Kind::Gauge, &help)
            .optional(waiting.map(|waiting| age(app, waiting)));
    }
    text.family(
        "gatepost_mails_dead",
        Kind::Gauge,
        "Mails that were given up.",
    )
    .optional(found.map(|found| found.dead_mails));
}

/// Seconds, to the thousandth.
fn age(app: &App, waiting: Waiting) -> f64 {
    let oldest = waiting.oldest.unwrap_or(app.clock.now());
    app.clock.now().since(oldest).as_secs_f64()
}
