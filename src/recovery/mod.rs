//! Recovery: whoever reads the mail of an account chooses a new password, and gets nothing else by it.

mod claim;
mod force;
mod hand_out;
mod mail_link;
mod page;
mod request;
mod reset;
mod reset_page;
mod store;
mod welcome;

pub use force::force;
pub use hand_out::{Link, hand_out};
pub use mail_link::{MAIL_LINK, forget, purge};
pub use request::request;
pub use reset::{PasswordReset, reset};
pub(crate) use store::STATEMENTS;
pub use welcome::welcome;

use axum::Router;
use axum::routing::get;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/forgot-password-form", get(page::form).post(page::submit))
        .route("/forgot-password-form/done", get(page::done))
        .route("/reset-password", get(reset_page::form))
        .route(
            "/reset-password-form",
            get(reset_page::form).post(reset_page::submit),
        );
    Routes::new()
        .operation(routes!(request::api))
        .operation(routes!(reset::api))
        .pages(pages)
}

/// The door by which staff make somebody choose a new password.
pub fn doors_of_staff() -> Routes {
    Routes::new().operation(routes!(force::api))
}
