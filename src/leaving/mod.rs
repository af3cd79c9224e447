//! Leaving: one's own data as a file, and the end of one's own account.

mod call_off;
mod delete;
mod export;
mod page;
mod purge;
mod store;

pub use call_off::call_off;
pub use delete::{AccountDeletion, delete};
pub use export::{DataExport, export};
pub use purge::purge;
pub(crate) use store::STATEMENTS;

use axum::Router;
use axum::routing::get;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/leave", get(page::form).post(page::submit))
        .route("/leave/done", get(page::done));
    Routes::new()
        .operation(routes!(export::api))
        .operation(routes!(delete::api))
        .pages(pages)
}
