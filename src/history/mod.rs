//! History: what has happened, for the person whom it concerns, and for administrators.

mod console;
mod export;
mod follow;
mod list;
mod list_all;
mod list_of;
mod page;
mod query;
mod verify;
mod words;

use axum::Router;
use axum::routing::get;

pub use export::{Export, Kind, export};
pub use follow::{FollowQuery, follow};
pub use list::{By, HistoryItem, HistoryPage, HistoryQuery, list};
pub use list_all::{AuditPage, EntryView, list_all};
pub use list_of::{HistoryOf, list_of};
pub use query::AuditQuery;
pub use verify::{Turn, Verified, verify};
pub use words::sentence;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new()
        .operation(routes!(list::api))
        .operation(routes!(list_all::api))
        .operation(routes!(list_of::api))
        .operation(routes!(follow::api))
        .operation(routes!(verify::api))
        .pages(Router::new().route("/history", get(page::page)))
        .pages(console::pages())
}
