//! The section of the console about the server itself.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::show::{System, show};
use super::words::{bytes, millis, span};
use super::{Disk, Latency, Node, ReplicaFacts};
use crate::app::App;
use crate::console::{Desk, Section};
use crate::error::Result;

/// `GET /admin/system`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    let system = show(&app, &admin).await?;
    let page = desk.page(&app, "system/show.html", Section::System);
    let page = match &system.node {
        Some(node) => page
            .with("node", about_node(&system, node))
            .with("hashing", hashing(node))
            .with("requests", latencies(&node.routes, Some(&node.requests)))
            .with("stages", latencies(&node.stages, None)),
        None => page,
    };
    page.with("database", about_database(&system))
        .with("backup", json!(system.last_backup_at))
        .with("statements", latencies(&system.database.latencies, None))
        .with("migrations", json!(system.database.migrations))
        .with("missing", system.database.missing_migrations)
        .with("queues", queues(&system))
        .with("warnings", warnings(&system))
        .render(&app)
}

/// A name and what is known of it, in words.
fn fact(name: &str, value: impl Into<String>) -> Value {
    json!({"name": name, "value": value.into()})
}

fn about_node(system: &System, node: &Node) -> Vec<Value> {
    let unknown = || "unknown".to_owned();
    let files = node.open_files.map_or_else(unknown, |open| {
        let most = node
            .most_files
            .map_or_else(unknown, |most| most.to_string());
        format!("{open} of at most {most}")
    });
    vec![
        fact("Version", system.version),
        fact("Runs for", span(node.uptime_seconds)),
        fact("Memory", node.memory_bytes.map_or_else(unknown, bytes)),
        fact(
            "Processor time",
            node.cpu_seconds
                .as_ref()
                .map_or_else(unknown, |seconds| format!("{seconds} s")),
        ),
        fact("Connections", node.connections.to_string()),
        fact("Open files", files),
        fact("Free on the disk", free(system.disk.as_ref())),
    ]
}

fn free(disk: Option<&Disk>) -> String {
    disk.map_or_else(
        || "nothing is kept here".to_owned(),
        |disk| {
            format!(
                "{} of {} ({})",
                bytes(disk.free_bytes),
                bytes(disk.bytes),
                disk.folder.display()
            )
        },
    )
}

fn about_database(system: &System) -> Vec<Value> {
    let database = &system.database;
    let size = database.bytes.and_then(|count| u64::try_from(count).ok());
    let mut facts = vec![
        fact("Kind", format!("{} {}", database.engine, database.version)),
        fact("Place", database.place.clone()),
        fact("Size", size.map_or_else(|| "unknown".to_owned(), bytes)),
        fact("Answers within", millis(database.latency_ms)),
    ];
    facts.push(match database.connections {
        Some(found) => fact(
            "Connections of all nodes",
            format!(
                "{}, from {} machine{}",
                found.count,
                found.machines,
                if found.machines == 1 { "" } else { "s" }
            ),
        ),
        None => fact("Nodes", "this one alone"),
    });
    let replica = system.node.as_ref().and_then(|node| node.replica.as_ref());
    facts.extend(replica.into_iter().flat_map(about_replica));
    facts
}

fn about_replica(replica: &ReplicaFacts) -> Vec<Value> {
    let lag = replica.lag_seconds.map(|lag| millis(lag * 1000.0));
    vec![
        fact("Replica", replica.place.clone()),
        fact(
            "Replica is behind by",
            lag.unwrap_or_else(|| "unknown".to_owned()),
        ),
        fact(
            "Lists read at the replica",
            format!(
                "{}, and {} at the primary because it could not be used",
                replica.reads, replica.fallbacks
            ),
        ),
    ]
}

fn hashing(node: &Node) -> Vec<Value> {
    let lane = &node.hashing;
    vec![
        fact(
            "Threads",
            format!("{}, of which {} hash", lane.lanes, lane.running),
        ),
        fact("Logins in a second", format!("{:.0}", lane.per_second)),
        fact(
            "Busy in the last minute",
            format!("{:.0} %", 100.0 * lane.busy_share),
        ),
        fact(
            "Wait just now",
            format!("{} of at most {}", lane.queued, lane.places),
        ),
        fact("Hashed since the start", lane.done.to_string()),
        fact(
            "Refused since the start",
            (lane.refused + lane.expired).to_string(),
        ),
        fact(
            "Memory for hashing",
            format!(
                "{} of at most {}",
                bytes(lane.memory as u64),
                bytes(node.hashing_budget_bytes as u64)
            ),
        ),
    ]
}

fn queues(system: &System) -> Vec<Value> {
    let queues = &system.queues;
    vec![
        json!({"name": "Mails that wait", "value": queues.mails.waiting, "since": queues.mails.oldest_at}),
        json!({"name": "Mails given up in 30 days", "value": queues.mails.dead}),
        json!({"name": "Work that requests have left behind", "value": queues.jobs}),
        json!({"name": "Entries of the audit log not chained yet", "value": queues.audit_entries}),
    ]
}

/// The rows of a table: one for all if there is one, then those that have happened.
fn latencies(rows: &[Latency], all: Option<&Latency>) -> Vec<Value> {
    let rows = all.into_iter().chain(rows).filter(|row| row.count > 0);
    let shown = |time: Option<f64>| time.map(millis);
    rows.map(|row| {
        let times = [row.p50_ms, row.p90_ms, row.p99_ms].map(shown);
        json!({"name": row.name, "count": row.count, "times": times})
    })
    .collect()
}

/// What somebody should do something about.
fn warnings(system: &System) -> Vec<String> {
    let mut warnings = Vec::new();
    let ready = system.node.as_ref().and_then(|node| node.not_ready);
    warnings.extend(ready.map(|why| format!("This node should not be sent requests: {why}")));
    let missing = system.database.missing_migrations;
    if missing > 0 {
        warnings.push(format!(
            "{missing} migrations of this release are missing: run gatepost migrate."
        ));
    }
    for setting in &system.database.unsafe_settings {
        warnings.push(format!(
            "{setting} is off at the database: a crash can lose what was acknowledged."
        ));
    }
    let replica = system.node.as_ref().and_then(|node| node.replica.as_ref());
    let unused = replica.filter(|replica| !replica.is_used);
    warnings.extend(unused.map(|replica| {
        format!(
            "The replica is not used, lists are read at the primary: {}",
            replica.told
        )
    }));
    let is_full = |disk: &&Disk| disk.free_bytes < disk.bytes / 20;
    let full = system.disk.as_ref().filter(is_full);
    warnings.extend(full.map(|disk| {
        let free = bytes(disk.free_bytes);
        format!("Only {free} are free on the disk; when it is full, nothing can be written.")
    }));
    warnings
}
