//! Profile: what everybody may see and change of himself.

mod change_password;
mod dashboard;
mod password_page;
mod show;
mod update;

pub use change_password::change_password;
pub use show::show;
pub use update::update;

use crate::http::{Routes, routes};
use axum::Router;
use axum::routing::{get, post};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/dashboard", get(dashboard::page))
        .route("/dashboard/profile", post(dashboard::submit))
        .route(
            "/change-password",
            get(password_page::form).post(password_page::submit),
        );
    Routes::new()
        .operation(routes!(show::api, update::api))
        .operation(routes!(change_password::api))
        .pages(pages)
}
