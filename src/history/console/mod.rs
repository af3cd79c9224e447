//! The console's page about the audit log: to read, to follow, to verify and to take out.

mod entry;
mod export;
mod filter;
mod list;
mod verify;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The page, to which everything leads back.
const PAGE: &str = "/admin/audit";

/// The page and its buttons.
pub(super) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/audit", get(list::page))
        .route("/admin/audit/verify", post(verify::submit))
        .route("/admin/audit/export", post(export::submit))
}
