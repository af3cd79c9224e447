//! The replica, if one is set: it answers, is a standby of the database, and is near enough for lists.

use super::patience::{PATIENCE, within};
use super::report::Report;
use crate::app::with_replica;
use crate::config::{Config, DatabaseKind};
use crate::db::{Db, ReplicaSeen, Standing};

pub(super) async fn check(config: &Config, report: &mut Report) {
    let DatabaseKind::Postgres(url) = config.database() else {
        return;
    };
    if config.database.replica_url.is_empty() {
        return;
    }
    match examine(&url, config).await {
        Ok(Some(seen)) => tell(&seen, config, report),
        Ok(None) => {}
        Err(text) => report.warn(
            "replica",
            text,
            "Until it answers, lists are read at the primary. Look at database.replica_url, and whether the server runs.",
        ),
    }
}

async fn examine(url: &str, config: &Config) -> Result<Option<ReplicaSeen>, String> {
    let db = Db::open_postgres(url, 1).await;
    let db = with_replica(db.map_err(|fault| fault.to_string())?, config)?;
    // It waits by itself for a standby that is behind.
    let longest = PATIENCE + config.database.replica_lag_max.get();
    let seen = within(longest, Box::pin(db.examine_replica())).await;
    db.close().await;
    seen
}

fn tell(seen: &ReplicaSeen, config: &Config, report: &mut Report) {
    let sentence = seen.standing.sentence();
    let most = config.database.replica_lag_max;
    match (seen.standing, seen.lag) {
        (Standing::Near, _) if seen.missing_migrations > 0 => report.warn(
            "replica",
            format!("It does not show {} migrations.", seen.missing_migrations),
            "Lists are read at the primary then. Look whether the user of database.replica_url may read the tables.",
        ),
        (Standing::Near, lag) => report.ok(
            "replica",
            format!(
                "It is a standby of the database, and had within {} ms what that had.",
                lag.unwrap_or_default().as_millis()
            ),
        ),
        (standing, _) if standing.is_wrong() => report.fail(
            "replica",
            sentence,
            "Name a hot standby of the server of database.url in database.replica_url, or nothing: the server does not \
             start with it.",
        ),
        (Standing::Behind, _) => report.warn(
            "replica",
            format!("It has not received within {most} what the database had."),
            "Lists are read at the primary. Look whether the standby still follows its primary, and what keeps it busy.",
        ),
        _ => report.warn(
            "replica",
            sentence,
            "Lists are read at the primary. Make the standby anew from the primary that there is now.",
        ),
    }
}
