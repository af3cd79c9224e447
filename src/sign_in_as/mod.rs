//! Sign in as: an administrator sees for a quarter of an hour what a member sees, to help him. The person is told.
//!
//! What such a session can do, and what ends it, is in `src/sessions/acting`. There is no command for it: it would print a token
//! that somebody else can use, and whoever can run commands has no session of his own that it could hang on.

mod begin;
mod console;
mod end;
mod letter;
mod store;

pub use begin::{SignInAs, begin, may};
pub(crate) use store::STATEMENTS;

use axum::Router;
use axum::routing::{get, post};

use crate::http::{Routes, routes};
use crate::ids::AccountId;

/// The list of people in the console.
const LIST: &str = "/admin/people";

/// The page of one of them, to which everything leads back.
fn page_of(id: AccountId) -> String {
    format!("{LIST}/{id}")
}

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route(
            "/admin/people/{user_id}/sign-in-as",
            get(console::page).post(console::submit),
        )
        .route("/sign-in-as/end", post(end::submit));
    Routes::new().operation(routes!(begin::api)).pages(pages)
}
