//! Signing keys, for administrators: which there are, and a new one. `keys` makes, keeps and uses them.

mod console;
mod list;
mod rotate;

pub use list::{KeyState, KeyView, list};
pub use rotate::rotate;

use axum::Router;
use axum::routing::get;

use crate::http::Routes;

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/admin/keys", get(console::page))
        .route(
            "/admin/keys/rotate",
            get(console::question).post(console::submit),
        );
    Routes::new().pages(pages)
}
