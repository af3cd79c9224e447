//! List the settings in force: values, defaults, meanings, and where each comes from; secrets are masked.
//!
//! Doors: the console. `gatepost config` tells the same of the settings that a server would start with.

use crate::app::App;
use crate::config::Loaded;
use crate::config::describe::{self, Line};
use crate::sessions::Admin;

/// Which settings.
#[derive(Debug, Clone, Default)]
pub struct SettingsQuery {
    /// Only those in which all of these words stand.
    pub q: String,
    /// Only those that are not what they would be by default.
    pub changed: bool,
}

/// The settings of this node as it was started, in the order of the manual.
pub fn list(app: &App, _admin: &Admin, query: &SettingsQuery) -> Vec<Line> {
    let loaded = Loaded {
        config: app.config.clone(),
        origins: app.origins.clone(),
    };
    let lines = describe::in_force(&loaded);
    describe::select(lines, &query.q, query.changed)
}
