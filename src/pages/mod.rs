//! Pages that belong to no feature: the welcome page, and who is looking at a page.

mod welcome;

use axum::Router;
use axum::routing::get;

use crate::http::{Page, Routes};
use crate::sessions::{Ending, Visitor};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().pages(Router::new().route("/", get(welcome::page)))
}

/// Shows on the page who is signed in, if anybody is, and why somebody is not any more.
pub fn with_viewer(page: Page, visitor: &Visitor) -> Page {
    match visitor {
        Visitor {
            caller: Some(caller),
            ..
        } => page.with("viewer", caller.viewer()),
        Visitor {
            signed_out: Some(why),
            ..
        } => page.with(
            "signed_out",
            Ending::of(why).map_or("your session has ended", Ending::words),
        ),
        Visitor { .. } => page,
    }
}
