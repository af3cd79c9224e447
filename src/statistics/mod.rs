//! Statistics: what happens on the server, in numbers by day. A worker rolls them up, so that looking at them counts nothing.

mod activity;
mod chart;
mod console;
mod day;
mod events;
mod figure;
mod machine;
mod moment;
mod roll_up;
mod show;
mod snapshot;
mod store;

pub use figure::Figure;
pub use machine::Machine;
pub use moment::{Moment, moment};
pub use roll_up::{Rounds, roll_up, run};
pub use show::{Statistics, StatisticsQuery, show};
pub(crate) use store::STATEMENTS;

use axum::Router;
use axum::routing::get;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new().route("/admin", get(console::page));
    Routes::new().operation(routes!(show::api)).pages(pages)
}
