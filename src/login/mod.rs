//! Login: by address and password, over the API and from the page.

mod page;
mod password;

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
