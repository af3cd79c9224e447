//! The console's page about the mail queue.

pub(super) mod give_up;
pub(super) mod list;
pub(super) mod retry;

use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::console::{Address, Desk};
use crate::error::Error;
use crate::http::{PageFault, Redirect};

/// The page, to which everything leads back.
const PAGE: &str = "/admin/mail";

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
