//! Verification: an address counts as somebody's when he has followed the link that was mailed to it.

mod confirm;
mod request;
mod store;
mod verify;
mod vouch;

pub use request::{Purpose, pending, purge, request};
pub(crate) use store::STATEMENTS;
pub use verify::verify;
pub use vouch::vouch;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().operation(routes!(verify::api, confirm::api))
}
