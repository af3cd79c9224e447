//! The development mailbox: mails as pages at `/dev/mail`, while the server is tried out on a machine of one's own.
//!
//! These mails hold links that open accounts. The doors exist only while [`crate::mail::is_dev_mailbox`] says so, and
//! even then only for whoever sits at this machine.

mod clear;
mod links;
mod list;
mod nearby;
mod show;

use axum::Router;
use axum::routing::get;

use crate::app::App;

use nearby::Nearby;

/// The doors, to be added only while mails are shown here.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/dev/mail", get(list::page).delete(clear::api))
        .route("/dev/mail.json", get(list::api))
        .route("/dev/mail/{id}", get(show::page))
        .route("/dev/mail/{id}/html", get(show::html))
}
