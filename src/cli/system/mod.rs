//! `gatepost system`: how the server and its database are just now.
//!
//! The database is asked directly. What only the running server knows, it tells on the port of its metrics.

mod running;

use serde_json::{Value, json};

use super::args::Format;
use super::failure::{Failure, Outcome};
use super::output::{self, plain};
use crate::app::App;
use crate::sessions::Admin;
use crate::system::{self, DatabaseFacts, System, bytes, millis, span};

pub(super) use running::ask;

/// Tells it.
pub(super) async fn run(app: &App, format: Format) -> Outcome {
    let mut system = system::show(app, &Admin::operator()).await?;
    // That would be this command.
    system.node = None;
    let asked = ask(&app.config).await;
    if format.json {
        let mut object =
            serde_json::to_value(&system).map_err(|error| Failure::Failed(error.to_string()))?;
        if let Some(fields) = object.as_object_mut() {
            let (node, why) = match asked {
                Ok(node) => (node, None),
                Err(why) => (Value::Null, Some(why)),
            };
            fields.insert("node".into(), node);
            fields.insert("node_unknown_because".into(), json!(why));
        }
        return output::json(&object);
    }
    let mut lines = about(&system);
    lines.extend(match asked {
        Ok(node) => about_node(&node)
            .into_iter()
            .chain(about_replica(&node))
            .collect(),
        Err(why) => vec![("Server", format!("unknown: {why}"))],
    });
    let line = |(name, value): (&str, String)| format!("{name:<22}{}\n", plain(&value));
    output::print(&lines.into_iter().map(line).collect::<String>())
}

fn about(system: &System) -> Vec<(&'static str, String)> {
    let (database, queues) = (&system.database, &system.queues);
    let mut lines = vec![
        ("Version", system.version.to_owned()),
        (
            "Database",
            format!(
                "{} {}, {}",
                database.engine, database.version, database.place
            ),
        ),
        ("Answers within", millis(database.latency_ms)),
        ("Migrations", migrations(database)),
        ("Mails that wait", queues.mails.waiting.to_string()),
        ("Mails given up", queues.mails.dead.to_string()),
        ("Work that waits", queues.jobs.to_string()),
        ("Audit log, unchained", queues.audit_entries.to_string()),
    ];
    let backup = system.last_backup_at;
    let backup = backup.map_or_else(|| "none is known".to_owned(), |at| at.to_string());
    lines.push(("Last backup", backup));
    let size = database.bytes.and_then(|count| u64::try_from(count).ok());
    lines.extend(size.map(|count| ("Size", bytes(count))));
    lines.extend(database.connections.map(|found| {
        let (count, machines) = (found.count, found.machines);
        (
            "Connections",
            format!("{count} of all nodes, from {machines} machines"),
        )
    }));
    lines.extend(system.disk.as_ref().map(|disk| {
        let (free, all) = (bytes(disk.free_bytes), bytes(disk.bytes));
        (
            "Disk",
            format!("{free} of {all} free, {}", disk.folder.display()),
        )
    }));
    lines
}

fn migrations(database: &DatabaseFacts) -> String {
    let last = database
        .migrations
        .iter()
        .rev()
        .find_map(|step| step.applied_at);
    let when = last.map_or_else(String::new, |at| format!(", the last one {at}"));
    let (all, missing) = (database.migrations.len(), database.missing_migrations);
    format!(
        "{} applied{when}, {missing} missing",
        all.saturating_sub(missing)
    )
}

fn about_node(node: &Value) -> Vec<(&'static str, String)> {
    let number = |place: &str| {
        node.pointer(place)
            .and_then(Value::as_f64)
            .unwrap_or_default()
    };
    let count = |place: &str| {
        node.pointer(place)
            .and_then(Value::as_u64)
            .unwrap_or_default()
    };
    let text = |place: &str| {
        node.pointer(place)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let time = |place: &str| {
        let time = node.pointer(place).and_then(Value::as_f64);
        time.map_or_else(|| "–".to_owned(), millis)
    };
    vec![
        (
            "Server",
            format!(
                "{} at {}",
                text("/version").unwrap_or_default(),
                text("/public_url").unwrap_or_default()
            ),
        ),
        ("Runs for", span(count("/uptime_seconds"))),
        (
            "Ready",
            text("/not_ready").unwrap_or_else(|| "yes".to_owned()),
        ),
        ("Memory", bytes(count("/memory_bytes"))),
        ("Connections", count("/connections").to_string()),
        (
            "Hashing",
            format!(
                "{} threads, {:.0} log-ins/s, {:.0} % busy, {} wait",
                count("/hashing/lanes"),
                number("/hashing/per_second"),
                100.0 * number("/hashing/busy_share"),
                count("/hashing/queued")
            ),
        ),
        (
            "Requests",
            format!(
                "{}, half within {}, 99 % within {}",
                count("/requests/count"),
                time("/requests/p50_ms"),
                time("/requests/p99_ms")
            ),
        ),
    ]
}

/// The standby that this node reads lists from, if it has one.
fn about_replica(node: &Value) -> Option<(&'static str, String)> {
    let text = |place: &str| node.pointer(place).and_then(Value::as_str);
    let count = |place: &str| {
        node.pointer(place)
            .and_then(Value::as_u64)
            .unwrap_or_default()
    };
    let (place, told) = (text("/replica/place")?, text("/replica/told")?);
    let (reads, fallbacks) = (count("/replica/reads"), count("/replica/fallbacks"));
    Some((
        "Replica",
        format!("{place}. {told} {reads} lists read there, {fallbacks} at the primary instead"),
    ))
}
