//! Verification: an address counts as somebody's when he has followed the link that was mailed to it.

mod ask;
mod confirm;
mod former;
mod remind;
mod request;
mod resend;
mod resend_page;
mod store;
mod undo;
mod undo_page;
mod undo_store;
mod verify;
mod vouch;

pub use ask::{Asked, MailRequest, OnItsWay, ask};
pub use former::{Present, announce, list_former, require_free};
pub use remind::remind;
pub use request::{Purpose, forget, pending, purge, request};
pub use resend::{RESEND, resend};
pub use undo::{EmailUndo, undo};
pub use undo_store::Former;
pub use verify::{set_verified, verify};
pub use vouch::vouch;

use axum::Router;
use axum::routing::get;

use crate::http::{Routes, routes};

/// The statements of this feature, by file.
pub(crate) const STATEMENTS: [&[(&str, &str)]; 2] = [store::STATEMENTS, undo_store::STATEMENTS];

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route(
            "/resend-verification",
            get(resend_page::form).post(resend_page::submit),
        )
        .route("/resend-verification/done", get(resend_page::done))
        .route("/undo-email-change", get(undo_page::form))
        .route(
            "/undo-email-change-form",
            get(undo_page::form).post(undo_page::submit),
        )
        .route("/undo-email-change/done", get(undo_page::done));
    Routes::new()
        .operation(routes!(verify::api, confirm::api))
        .operation(routes!(resend::api))
        .operation(routes!(undo::api))
        .pages(pages)
}

/// The doors by which staff see to the addresses of others.
pub fn doors_of_staff() -> Routes {
    Routes::new().operation(routes!(remind::api))
}
