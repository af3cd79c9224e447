//! This machine: how much it can do, beside what has happened.

use serde_json::{Value, json};

use crate::app::App;

/// Figures of this process alone, each with its name.
pub(super) fn figures(app: &App) -> Vec<Value> {
    let lane = app.lane.figures();
    let (per_second, busy) = (lane.per_second, 100.0 * lane.busy_share);
    vec![
        json!({"name": "Hashing threads", "value": lane.lanes}),
        json!({"name": "Logins they can do in a second", "value": format!("{per_second:.0}")}),
        json!({"name": "Busy in the last minute", "value": format!("{busy:.0} %")}),
        json!({"name": "Logins that wait just now", "value": lane.queued}),
    ]
}
