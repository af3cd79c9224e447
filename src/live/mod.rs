//! Live: figures of the console that change while staff look at them, as server-sent events.
//!
//! One poller reads them for all who look, and only while somebody does; it also looks whether their sessions hold still.

mod board;
mod figures;
mod stream;

pub use board::{Board, MOST, MOST_OF_SESSION};

use axum::Router;
use axum::routing::get;

use crate::http::Routes;

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().pages(Router::new().route("/admin/live", get(stream::page)))
}
