//! System: the server itself, for whoever looks after it: this node, the database, what waits, and how fast it all is.

mod console;
mod database;
mod disk;
mod latency;
mod node;
mod replica;
mod show;
mod store;
mod words;

pub use database::{DatabaseFacts, MigrationView};
pub use disk::Disk;
pub use latency::Latency;
pub use node::{Node, PATH, beside_metrics};
pub use replica::ReplicaFacts;
pub use show::{Queues, System, show};
pub(crate) use store::STATEMENTS;
pub use store::set_backup;
pub use words::{bytes, millis, span};

use axum::Router;
use axum::routing::get;

use crate::http::Routes;

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().pages(Router::new().route("/admin/system", get(console::page)))
}
