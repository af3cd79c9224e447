//! Step-up: the password again, because an unattended session must not be enough to take an account away (RFC 9470).

mod check;
mod confirm;
mod page;

pub use check::{check_password, find};
pub use confirm::confirm;

use axum::Router;
use axum::routing::get;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new().route("/confirm-password", get(page::form).post(page::submit));
    Routes::new().operation(routes!(confirm::api)).pages(pages)
}
