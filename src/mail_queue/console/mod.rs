//! The console's page about the mail queue.

mod give_up;
mod list;
mod retry;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::app::App;
use crate::console::{Address, Desk};
use crate::error::Error;
use crate::http::{PageFault, Redirect};

/// The page, to which everything leads back.
const PAGE: &str = "/admin/mail";

/// The page and its buttons.
pub(super) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/mail", get(list::page))
        .route("/admin/mail/retry-all", post(retry::submit_all))
        .route("/admin/mail/{mail_id}/retry", post(retry::submit))
        .route(
            "/admin/mail/{mail_id}/drop",
            get(give_up::page).post(give_up::submit),
        )
}

/// Back to the list as it was, which tells what was done.
fn back(chosen: &str, done: &str) -> Response {
    let to = Address::of(PAGE, chosen).with(&[("done", Some(done))]);
    Redirect::see_other(to.href()).into_response()
}

/// The list as it was, with what could not be done.
async fn with_fault(
    app: &App,
    mut desk: Desk,
    (chosen, error): (&str, Error),
) -> Result<Response, Error> {
    let fault = PageFault::of(error)?;
    desk.address = Address::of(PAGE, chosen).with(&[]);
    list::show(app, &desk, Some(fault)).await
}
