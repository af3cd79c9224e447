//! The database: it answers, soon enough, keeps what it acknowledges, and has the tables of this release.

use std::time::Duration;

use super::patience::{PATIENCE, look, within};
use super::report::Report;
use crate::app;
use crate::clock::Clock;
use crate::config::{Config, DatabaseKind};
use crate::db::{Db, Dialect, Inspection};

/// Every request waits for at least one answer.
const SLOW: Duration = Duration::from_millis(5);

/// More than this apart, links and sessions end too early or too late.
const APART: Duration = Duration::from_secs(5);

const OLDEST_POSTGRES: u32 = 15;

/// Answers whether it is as this release needs it.
pub(super) async fn check(config: &Config, report: &mut Report) -> bool {
    let opened = match config.database() {
        DatabaseKind::Sqlite(path) if !path.exists() => {
            report.warn(
                "database",
                format!("{} does not exist.", path.display()),
                "On a new server the first start makes it. Otherwise put it back from the backup.",
            );
            return false;
        }
        DatabaseKind::Sqlite(path) => Db::open_sqlite(&path),
        DatabaseKind::Postgres(url) => Db::open_postgres(&url, 1).await,
    };
    let db = match opened {
        Ok(db) => db,
        Err(fault) => {
            let todo = app::advice(config, &fault);
            let todo = todo.unwrap_or_else(|| "Look at database.url.".to_owned());
            report.fail("database", fault.to_string(), todo);
            return false;
        }
    };
    let is_current = match within(PATIENCE, db.inspect()).await {
        Ok(found) => {
            tell(&found, report);
            migrations(&db, config, report).await
        }
        Err(text) => {
            report.fail("database", text, look(config));
            false
        }
    };
    db.close().await;
    is_current
}

fn tell(found: &Inspection, report: &mut Report) {
    let engine = match found.dialect {
        Dialect::Sqlite => "SQLite",
        Dialect::Postgres => "PostgreSQL",
    };
    let micros = found.latency.as_micros();
    let seen = format!(
        "{engine} {} answers in {micros} microseconds.",
        found.version
    );
    let major = found.version.split('.').next().unwrap_or_default();
    let is_old = |major: u32| major < OLDEST_POSTGRES && found.dialect == Dialect::Postgres;
    if major.parse().is_ok_and(is_old) {
        let todo = format!("Upgrade it to PostgreSQL {OLDEST_POSTGRES} or newer.");
        report.fail("database", seen, todo);
    } else if found.latency > SLOW {
        report.warn(
            "database",
            seen,
            "Every request waits for it at least once: bring it nearer, or look what keeps it busy.",
        );
    } else {
        report.ok("database", seen);
    }
    durability(found, report);
    clock(found, report);
}

fn durability(found: &Inspection, report: &mut Report) {
    let off = found.settings.iter().filter(|(_, value)| value == "off");
    let off: Vec<&str> = off.map(|(name, _)| name.as_str()).collect();
    if off.is_empty() {
        report.ok("durability", "What is acknowledged is on the disk.");
    } else {
        report.warn(
            "durability",
            format!(
                "{} is off: a crash can lose what was acknowledged, such as a new password or a logout.",
                off.join(", ")
            ),
            format!("Set {} = on in postgresql.conf, unless the data may be lost.", off.join(" = on, ")),
        );
    }
}

fn clock(found: &Inspection, report: &mut Report) {
    let Some(theirs) = found.now else { return };
    let ours = Clock::system().now();
    let apart = ours.since(theirs).max(theirs.since(ours));
    if apart > APART {
        report.warn(
            "clock",
            format!(
                "It is {} s apart from that of the database's machine.",
                apart.as_secs()
            ),
            "Let both machines synchronize their clocks (NTP).",
        );
    } else {
        report.ok("clock", "It agrees with that of the database.");
    }
}

async fn migrations(db: &Db, config: &Config, report: &mut Report) -> bool {
    match within(PATIENCE, db.missing_migrations()).await {
        Ok(0) => {
            report.ok("migrations", "All of this release are applied.");
            true
        }
        Ok(count) => {
            report.fail(
                "migrations",
                format!("{count} of this release are missing."),
                "Start the server of this release, or run `gatepost migrate`. Back the database up before.",
            );
            false
        }
        Err(text) => {
            report.fail("migrations", text, look(config));
            false
        }
    }
}
