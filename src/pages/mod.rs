//! Pages that belong to no feature: the welcome page, and who is looking at a page.

mod welcome;

use axum::Router;
use axum::http::{HeaderMap, Method};
use axum::routing::get;
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::http::{Page, Routes};
use crate::sessions::Caller;

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().pages(Router::new().route("/", get(welcome::page)))
}

/// Shows on the page who is signed in, if anybody is.
pub async fn with_viewer(app: &App, headers: &HeaderMap, page: Page) -> Result<Page> {
    let caller = Caller::find(app, &Method::GET, headers).await?;
    Ok(match caller {
        Some(caller) => page.with("viewer", json!({"name": caller.name})),
        None => page,
    })
}
