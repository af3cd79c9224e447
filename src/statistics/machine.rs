//! This machine: how much it can do, beside what has happened.

use serde_json::{Value, json};

use crate::app::App;

/// Figures of this process alone, each with its name.
pub(super) fn figures(app: &App) -> Vec<Value> {
    vec![json!({"name": "Hashing threads", "value": app.config.lanes()})]
}
