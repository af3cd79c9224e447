//! Settings: the page on which administrators see what is in force, and where each comes from. `config` knows them.

mod console;
mod list;

pub use list::{SettingsQuery, list};

use axum::Router;
use axum::routing::get;

use crate::http::Routes;

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().pages(Router::new().route("/admin/settings", get(console::page)))
}
