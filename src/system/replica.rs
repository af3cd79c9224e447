//! The standby from which lists are read, as this node sees it.

use serde::Serialize;

use crate::app::App;
use crate::db::Standing;

/// What is known of it.
#[derive(Debug, Clone, Serialize)]
pub struct ReplicaFacts {
    /// The address of its server, without the password.
    pub place: String,
    /// Whether lists are read there.
    pub is_used: bool,
    /// `near`, or why lists are read at the primary.
    pub standing: &'static str,
    /// The same in a sentence.
    pub told: &'static str,
    /// How far it was behind when it was last asked, in seconds.
    pub lag_seconds: Option<f64>,
    /// Lists that were read there since this node was started.
    pub reads: u64,
    /// Lists that were to be read there and came from the primary.
    pub fallbacks: u64,
}

/// What this node knows, if it has a standby.
pub(super) fn look(app: &App) -> Option<ReplicaFacts> {
    let found = app.db.replica_state()?;
    let fallbacks = found.fallbacks.iter().map(|(_, count)| count);
    Some(ReplicaFacts {
        place: app.config.database.replica_url.to_string(),
        is_used: found.standing == Standing::Near,
        standing: found.standing.word(),
        told: found.standing.sentence(),
        lag_seconds: found.lag.map(|lag| lag.as_secs_f64()),
        reads: found.reads,
        fallbacks: fallbacks.sum(),
    })
}
