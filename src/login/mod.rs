//! Login: by address and password, over the API and from the page.
//!
//! `password.rs` decides; `begin.rs` does what follows a right password, `refuse.rs` writes the others down, and
//! `locked_out.rs` is the job that tells an owner.

mod begin;
mod locked_out;
mod page;
mod password;
mod refuse;

pub use locked_out::LOCKED_OUT;
pub use password::{Login, password};

use crate::http::{Routes, routes};
use axum::Router;
use axum::routing::{get, post};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/login-form", get(page::form))
        .route("/login_with_form", post(page::submit));
    Routes::new().operation(routes!(password::api)).pages(pages)
}
