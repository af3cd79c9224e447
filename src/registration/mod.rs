//! Registration: how people get an account by themselves, and how a server gets its first administrator.

mod claim;
mod gate;
mod hidden;
mod page;
mod refuse;
mod register;
mod store;

pub use claim::{awaits_first, claim_link};
pub use gate::is_open;
pub use hidden::REGISTER;
pub use register::register;
pub(crate) use store::STATEMENTS;

use crate::http::{Routes, routes};
use axum::Router;
use axum::routing::{get, post};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/register-form", get(page::form))
        .route("/register_with_form", post(page::submit))
        .route("/register-form/done", get(page::done))
        .route("/claim/{token}", get(claim::form).post(claim::submit));
    Routes::new().operation(routes!(register::api)).pages(pages)
}
